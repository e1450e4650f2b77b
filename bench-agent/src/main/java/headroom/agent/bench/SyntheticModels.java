package headroom.agent.bench;

import headroom.catalogue.CatalogueModel;
import headroom.inference.synthesis.Synthesizer;
import headroom.inference.synthesis.SyntheticShape;
import headroom.quant.GgufMix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Models of a catalogue shape with seeded random weights: speed does not depend on what the weights
 * are, so nobody needs to download any.
 */
public final class SyntheticModels {
  /** One seed for all, so that the same shape is the same file everywhere. */
  public static final long SEED = 20_261_121L;

  /** Raised when the synthesiser writes other bytes than before, so that old files are left. */
  private static final int REVISION = 1;

  private SyntheticModels() {}

  /** Writes a model. */
  public static void write(CatalogueModel model, GgufMix format, Path out, long seed)
      throws IOException {
    Synthesizer.write(new SyntheticShape(model.spec(), model.ropeTheta()), format, out, seed);
  }

  /**
   * The model's file in the cache folder, made now where it is not there yet.
   *
   * @param announce told once with the file, before the work begins
   */
  public static Path cached(
      Path folder, CatalogueModel model, GgufMix format, Consumer<Path> announce)
      throws IOException {
    Path file =
        folder.resolve(
            "%s-%s-r%d.gguf"
                .formatted(model.id(), format.name().toLowerCase(Locale.ROOT), REVISION));
    if (!Files.isRegularFile(file)) {
      announce.accept(file);
      Files.createDirectories(folder);
      write(model, format, file, SEED);
    }
    return file;
  }
}
