package headroom.gguf;

/** A GGUF header that cannot be read: where, what was found, what was wanted. */
public final class GgufFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long offset;

  /**
   * @param file file name or URL
   * @param offset byte offset at which the fault lies
   * @param reason what was found there and what was wanted
   */
  public GgufFormatException(String file, long offset, String reason) {
    super(FileWords.readable("%s @ %d: %s".formatted(file, offset, reason)));
    this.offset = offset;
  }

  /** Byte offset at which the fault lies. */
  public long offset() {
    return offset;
  }
}
