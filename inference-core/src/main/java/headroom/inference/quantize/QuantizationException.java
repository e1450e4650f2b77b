package headroom.inference.quantize;

/** A model that cannot be written in the format asked for; the message names file and tensor. */
public final class QuantizationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param source file that was read
   * @param reason what was found and wanted
   */
  public QuantizationException(String source, String reason) {
    super(source + ": " + reason);
  }
}
