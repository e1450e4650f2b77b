package headroom.inference.token;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Third-party vocabularies may not stand in this repository: tests read them from {@code
 * ../shared/golden} beside it and skip where that folder is absent.
 */
final class SharedFolder {
  private SharedFolder() {}

  /** A file or folder under {@code ../shared/golden}; skips the calling test where it is absent. */
  static Path golden(String name) {
    // Tests run in the module's folder: the repository is its parent, and the folder its sibling.
    Path path = Path.of("..", "..", "shared", "golden", name).toAbsolutePath().normalize();
    assumeTrue(Files.exists(path), "skipped: ../shared/golden/" + name + " is absent");
    return path;
  }
}
