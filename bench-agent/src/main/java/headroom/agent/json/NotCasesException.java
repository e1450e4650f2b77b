package headroom.agent.json;

import java.nio.file.Path;

/** A file that holds no cases, with the place and what was wanted there. */
public final class NotCasesException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotCasesException(Path file, String fault) {
    super("%s is no file of cases: %s".formatted(file, fault));
  }
}
