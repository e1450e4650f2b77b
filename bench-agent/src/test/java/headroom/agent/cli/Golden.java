package headroom.agent.cli;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;

/** Golden outputs: those in the repository, and those in ../shared where that folder is there. */
final class Golden {
  /** Random-weight models of this project, a few of each kind. */
  static final Path MODELS = Path.of("../inference-core/src/test/resources/golden");

  private Golden() {}

  /**
   * A file or folder of ../../shared/golden; the test is skipped, saying so, where it is absent.
   */
  static Path shared(String name) {
    Path path = Path.of("../../shared/golden").resolve(name);
    assumeThat(Files.exists(path))
        .as("%s is not there, so this test is skipped", path.toAbsolutePath().normalize())
        .isTrue();
    return path;
  }
}
