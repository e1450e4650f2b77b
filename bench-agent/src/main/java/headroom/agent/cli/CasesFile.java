package headroom.agent.cli;

import headroom.agent.json.CaseJson;
import headroom.agent.json.NotCasesException;
import headroom.measure.CaseRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Cases that the user brings. */
final class CasesFile {
  private CasesFile() {}

  /**
   * Reads them.
   *
   * @param name the option or parameter that the file came with
   */
  static List<CaseRow> read(String name, Path file) throws IOException {
    try {
      return CaseJson.read(
          new PathArgument(name, file).file("a JSON array of cases", PathArgument.JSON));
    } catch (NotCasesException e) {
      throw CommandFailure.badArgument(String.valueOf(e.getMessage()));
    }
  }
}
