package headroom.inference.assembler;

/** The system does not let this process execute what it has written. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param call that was refused, for example {@code mprotect}
   * @param reason as the system puts it
   */
  public RefusedException(String call, String reason) {
    super("%s was refused: %s".formatted(call, reason));
  }
}
