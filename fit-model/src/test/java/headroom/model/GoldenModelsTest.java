package headroom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headroom.gguf.GgufHeader;
import headroom.gguf.GgufParts;
import headroom.gguf.GgufReader;
import headroom.quant.QuantFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Models that llama.cpp itself runs; they lie in ../shared beside the repository. */
class GoldenModelsTest {
  private static final Path GOLDEN = Path.of("..", "..", "shared", "golden");

  @BeforeEach
  void needGoldenFiles() {
    assumeTrue(Files.isDirectory(GOLDEN), "../shared/golden is absent: nothing to read");
  }

  @Test
  void everyGoldenModelIsDescribedWithAllItsWeights() throws IOException {
    List<Path> files;
    // tokenizer/ holds vocabularies without weights.
    try (Stream<Path> walk = Files.walk(GOLDEN)) {
      files =
          walk.filter(file -> !file.startsWith(GOLDEN.resolve("tokenizer")))
              .filter(file -> file.toString().endsWith(".gguf"))
              .toList();
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      GgufHeader header = GgufReader.read(file);
      ModelSpec spec = HeaderModel.of(header);
      assertThat(spec.layers()).as("%s", file).isNotEmpty();
      assertThat(spec.parameters())
          .as("%s", file)
          .isEqualTo(header.tensors().stream().mapToLong(t -> t.elements()).sum());
    }
  }

  @Test
  void latentAttentionAndSharedExpertsAreRead() throws IOException {
    ModelSpec spec = spec("deepseek2-f32.gguf");
    assertThat(spec.layers().getFirst().feedForward()).isEqualTo(new FeedForward.Dense(192, true));
    assertThat(spec.layers().get(1))
        .isEqualTo(
            new LayerSpec(
                new AttentionSpec.LatentAttention(
                    4, 64, OptionalInt.of(64), 16, 32, 32, Optional.empty()),
                new FeedForward.MixtureOfExperts(8, 2, 48, OptionalInt.of(48), true),
                true));
  }

  @Test
  void slidingWindowsAlternate() throws IOException {
    AttentionSpec.GroupedQuery heads = new AttentionSpec.GroupedQuery(4, 2, 48, 48);
    assertThat(spec("gemma2-f32.gguf").layers())
        .extracting(LayerSpec::attention)
        .containsExactly(
            new AttentionSpec.SlidingWindow(heads, 8),
            heads,
            new AttentionSpec.SlidingWindow(heads, 8),
            heads);
    assertThat(spec("gemma2-f32.gguf").tiedEmbeddings()).isTrue();
    assertThat(spec("gpt-oss-f32.gguf").layers().getFirst())
        .isEqualTo(
            new LayerSpec(
                new AttentionSpec.SlidingWindow(new AttentionSpec.GroupedQuery(4, 2, 32, 32), 8),
                new FeedForward.MixtureOfExperts(4, 2, 64, OptionalInt.empty(), true),
                true));
  }

  @Test
  void fusedMatricesCountAsGated() throws IOException {
    assertThat(spec("phi3-f32.gguf").layers().getFirst().feedForward())
        .isEqualTo(new FeedForward.Dense(256, true));
  }

  @Test
  void storedFormatsComeFromTheHeader() throws IOException {
    List<GgufHeader> parts = GgufParts.read(GOLDEN.resolve("llama256-q4_k.gguf"));
    assertThat(HeaderModel.stored(parts).formats())
        .containsEntry("blk.0.attn_q.weight", QuantFormat.Q4_K)
        .containsEntry("output_norm.weight", QuantFormat.F32);
    assertThat(HeaderModel.stored(parts).fileBytes().value()).isEqualTo(547_168);
  }

  private static ModelSpec spec(String file) throws IOException {
    return HeaderModel.of(GgufReader.read(GOLDEN.resolve(file)));
  }
}
