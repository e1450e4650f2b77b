package headroom.inference.kernel.assembled;

/** Assembled kernels cannot serve here: the processor lacks what they need, or a check failed. */
public final class UnfitException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public UnfitException(String reason) {
    super(reason);
  }
}
