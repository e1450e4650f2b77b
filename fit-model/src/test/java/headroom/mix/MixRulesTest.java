package headroom.mix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import headroom.fit.Shapes;
import headroom.fit.StoredWeights;
import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import headroom.model.TensorRole;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import headroom.units.Bytes;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MixRulesTest {
  /** From the table of ggml-org/llama.cpp tools/quantize/README.md. */
  @ParameterizedTest
  @CsvSource({
    "F16, 16.0005", "Q8_0, 8.5008", "Q2_K, 3.1593", "Q3_K_S, 3.6429", "Q3_K_L, 4.2979",
    "Q4_K_S, 4.6672", "Q4_K_M, 4.8944", "Q5_K_S, 5.5704", "Q5_K_M, 5.7036", "Q6_K, 6.5633",
    "IQ2_XXS, 2.3824", "IQ2_XS, 2.5882", "Q2_K_S, 2.9697", "IQ3_XS, 3.4977", "IQ3_XXS, 3.2548",
    "IQ1_S, 2.0042", "IQ4_NL, 4.6818", "IQ3_S, 3.6606", "IQ3_M, 3.7628", "IQ2_S, 2.7403",
    "IQ2_M, 2.9294", "IQ4_XS, 4.4597", "IQ1_M, 2.1460"
  })
  void llama31With8bHasThePublishedBitsPerWeight(GgufMix mix, double published) {
    ModelSpec model = Shapes.llama31With8b();
    double bits = 8.0 * total(model, mix).value() / model.parameters();
    assertThat(bits).isCloseTo(published, within(0.00006));
  }

  /**
   * Older table of llama.cpp's examples/quantize/README.md (February 2025), two decimals, made by
   * builds whose 70B rule differed a little: hence the tolerance.
   */
  @ParameterizedTest
  @CsvSource({
    "Q3_K_S, 3.50, 3.47", "Q3_K_M, 3.91, 3.85", "Q3_K_L, 4.27, 4.19", "Q4_K_S, 4.58, 4.53",
    "Q4_K_M, 4.84, 4.80", "Q5_K_S, 5.52, 5.50", "Q5_K_M, 5.68, 5.65", "Q6_K, 6.56, 6.56"
  })
  void llama2HasThePublishedBitsPerWeight(GgufMix mix, double small, double large) {
    ModelSpec seven = Shapes.llama2(32, 4096, 32, 32, 11008);
    ModelSpec seventy = Shapes.llama2(80, 8192, 64, 8, 28672);
    assertThat(8.0 * total(seven, mix).value() / seven.parameters()).isCloseTo(small, within(0.02));
    assertThat(8.0 * total(seventy, mix).value() / seventy.parameters())
        .isCloseTo(large, within(0.025));
  }

  @Test
  void seventyBillionRaisesAttentionV() {
    assertThat(formatOf(Shapes.llama2(80, 8192, 64, 8, 28672), "blk.20.attn_v.weight"))
        .isEqualTo(QuantFormat.Q5_K);
    assertThat(formatOf(Shapes.llama31With8b(), "blk.4.attn_v.weight")).isEqualTo(QuantFormat.Q4_K);
  }

  @Test
  void fusedAttentionOfPhi3IsQ5K() {
    // Tensor types of the log: f32 65, q4_K 81, q5_K 32, q6_K 17.
    ModelSpec phi = Shapes.phi3Mini();
    assertThat(MixRules.formats(GgufMix.Q4_K_M, phi).values())
        .filteredOn(QuantFormat.Q5_K::equals)
        .hasSize(32);
    assertThat(total(phi, GgufMix.Q4_K_M).mebibytes()).isCloseTo(2281.66, within(0.1));
  }

  @Test
  void rowsThatNoBlockDividesFallBackToSmallerBlocks() {
    ModelSpec gemma = Shapes.gemma3With1b();
    assertThat(formatOf(gemma, "blk.10.attn_q.weight")).isEqualTo(QuantFormat.Q5_0);
    assertThat(formatOf(gemma, "token_embd.weight")).isEqualTo(QuantFormat.Q8_0);
    assertThat(formatOf(gemma, "blk.10.ffn_down.weight")).isEqualTo(QuantFormat.Q4_K);
  }

  @Test
  void tiedEmbeddingTakesTheFormatOfTheOutput() {
    assertThat(formatOf(Shapes.gemma3With27b(), "token_embd.weight")).isEqualTo(QuantFormat.Q6_K);
  }

  @Test
  void mxfp4MixKeepsEverythingButExpertsAtQ8() {
    var formats = MixRules.formats(GgufMix.MXFP4_MOE, Shapes.gptOss120b());
    assertThat(formats)
        .containsEntry("blk.0.ffn_up_exps.weight", QuantFormat.MXFP4)
        .containsEntry("blk.0.attn_q.weight", QuantFormat.Q8_0)
        .containsEntry("output.weight", QuantFormat.Q8_0)
        .containsEntry("blk.0.ffn_gate_inp.weight", QuantFormat.F32);
  }

  @Test
  void eightExpertsRaiseTheSmallAttentionTensors() {
    assertThat(MixRules.formats(GgufMix.Q4_K_M, Shapes.mixtral8x7b()))
        .containsEntry("blk.9.attn_v.weight", QuantFormat.Q8_0)
        .containsEntry("blk.9.attn_k.weight", QuantFormat.Q8_0)
        .containsEntry("blk.9.attn_output.weight", QuantFormat.Q5_K)
        .containsEntry("blk.9.attn_q.weight", QuantFormat.Q4_K);
  }

  @Test
  void tensorOfAnotherModelIsNamedInTheError() {
    TensorFacts foreign =
        new TensorFacts("blk.99.attn_q.weight", TensorRole.ATTENTION_Q, OptionalInt.of(99), 8, 8);
    assertThatThrownBy(() -> MixRules.format(GgufMix.Q4_K_M, foreign, Shapes.llama31With8b()))
        .hasMessageContaining("blk.99.attn_q.weight")
        .hasMessageContaining("llama-3.1-8b");
  }

  private static QuantFormat formatOf(ModelSpec model, String name) {
    TensorFacts tensor =
        model.tensors().stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
    return MixRules.format(GgufMix.Q4_K_M, tensor, model);
  }

  private static Bytes total(ModelSpec model, GgufMix mix) {
    return StoredWeights.of(model, mix).tensors().stream()
        .map(StoredWeights.StoredTensor::bytes)
        .reduce(Bytes.ZERO, Bytes::plus);
  }
}
