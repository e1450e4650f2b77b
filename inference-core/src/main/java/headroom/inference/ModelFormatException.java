package headroom.inference;

import headroom.gguf.FileWords;

/**
 * A model file whose header can be read but which this engine cannot run: names the tensor or key,
 * what was found and what was wanted.
 */
public final class ModelFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param source file name, for people
   * @param reason the tensor or key, what was found there and what was wanted
   */
  public ModelFormatException(String source, String reason) {
    super(FileWords.readable("%s: %s".formatted(source, reason)));
  }

  ModelFormatException(String message, RuntimeException cause) {
    super(FileWords.readable(message), cause);
  }
}
