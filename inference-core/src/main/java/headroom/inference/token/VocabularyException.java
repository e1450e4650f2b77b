package headroom.inference.token;

import headroom.gguf.FileWords;

/** A vocabulary that cannot be used: which file, what was found, what was wanted. */
public final class VocabularyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param file file name or URL
   * @param reason what was found there and what was wanted
   */
  public VocabularyException(String file, String reason) {
    super(FileWords.readable("%s: %s".formatted(file, reason)));
  }
}
