package headroom.agent.upload;

import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Which sites have acknowledged a run: lines {@code SITE PAGE} in a file {@code RUN.json.uploaded}
 * beside it. Losing one is harmless, since sending a run twice is one run.
 */
public final class SentMarks {
  private SentMarks() {}

  /** Notes that the site has the run, and where it shows it. */
  static void mark(Path run, URI site, URI page) throws IOException {
    if (!isMarked(run, site)) {
      Files.writeString(
          marks(run),
          "%s %s%n".formatted(site, page),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }

  /** True where the site has acknowledged the run. */
  static boolean isMarked(Path run, URI site) throws IOException {
    try {
      return Files.readAllLines(marks(run)).stream().anyMatch(line -> line.startsWith(site + " "));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Run files of the folder that the site has not acknowledged, oldest first by name. */
  public static List<Path> unsent(Path folder, URI site) throws IOException {
    List<Path> unsent = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return unsent;
    }
    try (DirectoryStream<Path> runs = Files.newDirectoryStream(folder, "*.json")) {
      for (Path run : runs) {
        if (!isMarked(run, site)) {
          unsent.add(run);
        }
      }
    }
    unsent.sort(null);
    return unsent;
  }

  private static Path marks(Path run) {
    return run.resolveSibling(run.getFileName() + ".uploaded");
  }
}
