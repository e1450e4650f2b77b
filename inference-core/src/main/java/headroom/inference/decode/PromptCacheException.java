package headroom.inference.decode;

import java.nio.file.Path;

/** A saved prompt that cannot be used; the message names the file, what was found and wanted. */
public final class PromptCacheException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PromptCacheException(Path file, String message) {
    super("prompt cache %s: %s".formatted(file, message));
  }
}
