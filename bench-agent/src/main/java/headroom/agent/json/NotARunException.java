package headroom.agent.json;

import java.nio.file.Path;

/** A file that is not a run document: which, where, what was found. */
public final class NotARunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotARunException(Path file, String reason) {
    super("%s is not a run document: %s".formatted(file, reason));
  }
}
