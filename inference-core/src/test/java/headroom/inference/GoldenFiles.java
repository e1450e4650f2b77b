package headroom.inference;

import headroom.inference.odd.OddShapes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where golden outputs lie: a few in this module's test resources, all of them in {@code
 * ../shared/golden} beside the repository, which not every checkout has; those of odd shapes are
 * made by {@link OddShapes}.
 */
public final class GoldenFiles {
  private static final Path BUNDLED = Path.of("src/test/resources/golden");
  private static final String ARCHITECTURES = "architectures";
  private static final Path SHARED = Path.of("../../shared/golden");

  /** A model of an odd shape, made when it is first asked for. */
  private static final String ODD = "odd/";

  private static final Path MADE = made();

  private GoldenFiles() {}

  /** The bundled copy where there is one, else the shared one; skips the test where neither is. */
  public static Path of(String name) {
    if (name.startsWith(ODD)) {
      return OddShapes.in(MADE, name.substring(ODD.length()).replace(".gguf", ""));
    }
    Path bundled = BUNDLED.resolve(name);
    if (Files.exists(bundled)) {
      return bundled;
    }
    Path shared = SHARED.resolve(name);
    Assumptions.assumeTrue(
        Files.exists(shared),
        () -> "skipped: " + name + " is read from ../shared/golden, which is absent here");
    return shared;
  }

  /** Names, without ending, of the bundled models that stand for one architecture each. */
  public static List<String> architectures() {
    try (Stream<Path> files = Files.list(BUNDLED.resolve(ARCHITECTURES))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".gguf"))
          .map(name -> ARCHITECTURES + "/" + name.substring(0, name.length() - ".gguf".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path made() {
    try {
      Path folder = Files.createTempDirectory("odd-shapes");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static JsonNode json(String name) {
    return JsonMapper.shared().readTree(of(name).toFile());
  }

  public static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).asDouble();
    }
    return values;
  }

  public static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }
}
