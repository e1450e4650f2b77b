package headroom.inference.synthesis;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueModel;
import headroom.gguf.GgufReader;
import headroom.gguf.GgufWriter;
import headroom.gguf.TensorPlan;
import headroom.inference.KernelChoice;
import headroom.inference.LanguageModel;
import headroom.inference.LoadOptions;
import headroom.inference.architecture.Architectures;
import headroom.model.AttentionSpec;
import headroom.model.HeaderModel;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.quant.GgufMix;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every catalogue model that can be synthesized, its weights left out: holes in a sparse file. */
class CatalogueShapesTest {
  @TempDir(factory = InMemory.class)
  Path folder;

  /** Holes of a file on a disk are read ahead, which takes five times as long as all else. */
  static final class InMemory implements TempDirFactory {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long ENOUGH = 1L << 30;

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext extension)
        throws Exception {
      boolean roomy =
          Files.isWritable(MEMORY) && Files.getFileStore(MEMORY).getUsableSpace() > ENOUGH;
      return roomy
          ? Files.createTempDirectory(MEMORY, "shapes")
          : TempDirFactory.Standard.INSTANCE.createTempDirectory(element, extension);
    }
  }

  static List<CatalogueModel> models() {
    return Catalogue.load().models().stream()
        .filter(SmallCatalogueModel::canBeSynthesized)
        .toList();
  }

  @Test
  void everyArchitectureThatIsSynthesizedCanBeRun() {
    assertThat(SyntheticArchitecture.values())
        .allSatisfy(architecture -> assertThat(Architectures.names()).contains(architecture.id()));
    assertThat(models()).hasSizeGreaterThan(120);
  }

  @ParameterizedTest
  @MethodSource("models")
  void theFileSaysWhatTheCatalogueSaysAndTheEngineLoadsIt(CatalogueModel model) throws IOException {
    ModelSpec spec = SmallCatalogueModel.ofFewTokens(model).spec();
    Path file = sparse(new SyntheticShape(spec, model.ropeTheta()), GgufMix.Q8_0);
    ModelSpec read = HeaderModel.of(GgufReader.read(file));
    assertThat(read.embeddingSize()).isEqualTo(spec.embeddingSize());
    assertThat(read.parameters()).isEqualTo(spec.parameters());
    boolean slides = SyntheticArchitecture.of(spec.architecture()).orElseThrow().slides();
    assertThat(withoutStates(read.layers()))
        .isEqualTo(withoutStates(slides ? spec.layers() : withoutWindows(spec.layers())));
    try (LanguageModel loaded =
        LanguageModel.load(file, new LoadOptions(1, KernelChoice.REFERENCE))) {
      assertThat(loaded.vocabularySize()).isEqualTo(spec.vocabularySize());
    }
  }

  /** A file names kinds of states otherwise than the catalogue does. */
  private static List<LayerSpec> withoutStates(List<LayerSpec> layers) {
    return layers.stream()
        .map(
            layer ->
                layer.attention() instanceof AttentionSpec.Recurrent
                    ? new LayerSpec(
                        new AttentionSpec.None(), layer.feedForward(), layer.ownsCache())
                    : layer)
        .toList();
  }

  private static List<LayerSpec> withoutWindows(List<LayerSpec> layers) {
    return layers.stream()
        .map(
            layer ->
                layer.attention() instanceof AttentionSpec.SlidingWindow sliding
                    ? new LayerSpec(sliding.heads(), layer.feedForward(), layer.ownsCache())
                    : layer)
        .toList();
  }

  /** Header and length of the file that the synthesizer would write. */
  private Path sparse(SyntheticShape shape, GgufMix mix) throws IOException {
    Map<String, Object> keys = new SyntheticMetadata(shape).keys(mix, 1);
    List<TensorPlan> plans = Synthesizer.plans(shape.model(), mix);
    Path file = folder.resolve("sparse.gguf");
    try (GgufWriter writer = GgufWriter.open(folder.resolve("whole.gguf"), keys, plans);
        Stream<Path> files = Files.list(folder)) {
      Path unfinished = files.filter(f -> f.toString().endsWith(".part")).findFirst().orElseThrow();
      Files.copy(unfinished, file);
    }
    long bytes = plans.stream().mapToLong(plan -> plan.bytes().value() + 32).sum();
    try (RandomAccessFile sized = new RandomAccessFile(file.toFile(), "rw")) {
      sized.setLength(sized.length() + bytes);
    }
    return file;
  }
}
