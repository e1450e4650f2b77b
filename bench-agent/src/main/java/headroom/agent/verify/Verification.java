package headroom.agent.verify;

import headroom.agent.json.RunJson;
import headroom.agent.verify.VerifiedFile.Kind;
import headroom.agent.verify.VerifiedFile.Status;
import headroom.gguf.GgufFormatException;
import headroom.inference.LoadOptions;
import headroom.inference.ModelFormatException;
import headroom.inference.codec.UnsupportedFormatException;
import headroom.inference.token.VocabularyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Holds the engine against a folder of golden outputs: every JSON file below it that describes a
 * model run, tokenizer cases or decoded blocks.
 */
public final class Verification {
  private final Path folder;
  private final LoadOptions options;

  /**
   * @param folder that holds the golden files
   * @param options threads and kernels of the engine
   */
  public Verification(Path folder, LoadOptions options) {
    this.folder = folder;
    this.options = options;
  }

  /** Checks every file, in order of its path; each is told as soon as it is known. */
  public List<VerifiedFile> run(Consumer<VerifiedFile> progress) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files =
          walk.filter(file -> file.toString().endsWith(".json") && Files.isRegularFile(file))
              .sorted()
              .toList();
    }
    return files.stream().map(this::check).flatMap(Optional::stream).peek(progress).toList();
  }

  private Optional<VerifiedFile> check(Path file) {
    String name = folder.relativize(file).toString();
    JsonNode golden;
    try {
      golden = RunJson.mapper().readTree(Files.readAllBytes(file));
    } catch (JacksonException | IOException e) {
      return Optional.of(
          VerifiedFile.without(name, Kind.MODEL, Status.FAIL, "cannot be read: " + e.getMessage()));
    }
    return kind(golden).map(kind -> check(kind, name, file, golden));
  }

  /** What the file holds by its keys; empty where it is no golden file. */
  private static Optional<Kind> kind(JsonNode golden) {
    if (DequantGolden.stored(golden).isPresent()) {
      return Optional.of(Kind.DEQUANT);
    }
    if (golden.has("vocab_file")) {
      return Optional.of(Kind.TOKENIZER);
    }
    return golden.has("prompt_ids") || golden.has("cases")
        ? Optional.of(Kind.MODEL)
        : Optional.empty();
  }

  private VerifiedFile check(Kind kind, String name, Path file, JsonNode golden) {
    try {
      return switch (kind) {
        case DEQUANT -> DequantGolden.check(name, golden);
        case TOKENIZER -> TokenizerGolden.check(name, file, golden);
        case MODEL -> ModelGolden.check(name, file, golden, options);
      };
    } catch (ModelFormatException | UnsupportedFormatException | VocabularyException e) {
      return VerifiedFile.without(name, kind, Status.UNSUPPORTED, text(e));
    } catch (GgufFormatException e) {
      return VerifiedFile.without(name, kind, Status.FAIL, text(e));
    } catch (NoSuchFileException e) {
      return VerifiedFile.without(name, kind, Status.FAIL, "no such file: " + e.getFile());
    } catch (IOException | RuntimeException e) {
      // A fault of the engine in one file must not hide how the others do.
      return VerifiedFile.without(
          name, kind, Status.FAIL, e.getClass().getSimpleName() + ": " + text(e));
    }
  }

  private static String text(Exception e) {
    return String.valueOf(e.getMessage());
  }
}
