package headroom.inference.synthesis;

/** A model that cannot be synthesized: which shape, what was found, what was wanted. */
public final class SynthesisException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param shape id of the model
   * @param reason what was found and what was wanted
   */
  public SynthesisException(String shape, String reason) {
    super("%s: %s".formatted(shape, reason));
  }
}
