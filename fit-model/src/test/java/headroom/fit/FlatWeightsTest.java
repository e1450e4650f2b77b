package headroom.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import headroom.catalogue.Catalogue;
import headroom.model.ModelSpec;
import headroom.quant.FlatFormat;
import headroom.quant.FlatFormat.Coverage;
import headroom.quant.FlatFormat.Linear;
import org.junit.jupiter.api.Test;

/** Published checkpoints in the formats of vLLM, by the sizes of their files. */
class FlatWeightsTest {
  private static final Catalogue CATALOGUE = Catalogue.load();

  /** Qwen3.8-27B has the shape of Qwen3.6-27B; sizes of vLLM's recipes. */
  private static final ModelSpec QWEN =
      CATALOGUE.spec(CATALOGUE.model("qwen3.6-27b").orElseThrow());

  /** 16 bits a weight of the prediction layer and the vision tower, which no recipe quantises. */
  private static final long BESIDE =
      2 * (QWEN.predictionHead().orElseThrow().parameters() + 460_730_096L);

  @Test
  void uniformNvfp4LeavesWhatLeadsIntoDeltaNets() {
    double bytes = bytes(QWEN, format("nvfp4")) + BESIDE;
    assertThat(bytes / 26_381_249_312L).isCloseTo(1, within(0.0005));
  }

  @Test
  void nvfp4WithAttentionInFp8IsWhatVllmLoadsOfUnsloths() {
    double bytes = bytes(QWEN, format("nvfp4-fp8-attention")) + 2 * 460_730_096L;
    assertThat(bytes / (2 * 10.64 * (1L << 30))).isCloseTo(1, within(0.005));
  }

  /** The prediction layer is in FP8 too, but for the matrix that joins embedding and stream. */
  @Test
  void blockFp8OfQwenIsTheCheckpoint() {
    long head = QWEN.predictionHead().orElseThrow().parameters();
    double bytes =
        bytes(QWEN, format("fp8-block-128")) + head + 2L * 5120 * 5120 + 2 * 460_730_096L;
    assertThat(bytes / 30_866_866_928L).isCloseTo(1, within(0.001));
  }

  /** Layers 0 and 31 of Llama-3.1-8B keep 3 × 4096 × 14336 weights each at 16 bits. */
  @Test
  void edgeLayersStayAtSixteenBits() {
    ModelSpec model = Shapes.llama31With8b();
    FlatFormat all = flat(0);
    assertThat(bytes(model, flat(1)) - bytes(model, all)).isEqualTo(2L * 3 * 4096 * 14336);
  }

  private static FlatFormat flat(int edges) {
    return new FlatFormat(
        "fp8-edges-" + edges,
        "FP8",
        8,
        new Coverage(16, 16, Linear.FEED_FORWARD, 16, edges),
        "test");
  }

  private static FlatFormat format(String id) {
    return CATALOGUE.weightFormat(id).orElseThrow();
  }

  private static long bytes(ModelSpec model, FlatFormat format) {
    return StoredWeights.of(model, format).tensors().stream()
        .mapToLong(tensor -> tensor.bytes().value())
        .sum();
  }
}
