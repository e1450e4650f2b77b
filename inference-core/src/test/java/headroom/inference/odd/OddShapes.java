package headroom.inference.odd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Models of every architecture that hold to none of the usual proportions, made when they are
 * needed; what llama.cpp says of the same files is in {@code golden/odd-shapes.json}.
 */
public final class OddShapes {
  private static final Map<String, Supplier<SeededModel>> ALL = all();

  /** Tokens of the prompts: one, a few, and more than any window has. */
  static final List<Integer> PROMPTS = List.of(1, 40, 300);

  private OddShapes() {}

  private static Map<String, Supplier<SeededModel>> all() {
    Map<String, Supplier<SeededModel>> all = new TreeMap<>();
    Stream.of(DenseShapes.ALL, MixtureShapes.ALL, GemmaShapes.ALL, LatentShapes.ALL)
        .forEach(all::putAll);
    return all;
  }

  public static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /** Writes the model of this name to a folder, where it is not there yet. */
  public static Path in(Path folder, String name) {
    Path file = folder.resolve(name + ".gguf");
    if (!Files.exists(file)) {
      Objects.requireNonNull(ALL.get(name), name).get().write(file);
    }
    return file;
  }

  /** The prompt of so many tokens. */
  static int[] prompt(int tokens) {
    return new Random(tokens).ints(tokens, 0, SeededModel.VOCABULARY).toArray();
  }

  /** Writes all files and prompts to the folder that is named, for llama.cpp to read. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    for (String name : names()) {
      in(folder, name);
    }
    for (int tokens : PROMPTS) {
      StringBuilder text = new StringBuilder();
      for (int token : prompt(tokens)) {
        text.append(token).append(' ');
      }
      Files.writeString(folder.resolve("prompt-%d.txt".formatted(tokens)), text);
    }
  }
}
