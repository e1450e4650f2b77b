package headroom.mix;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.model.AttentionSpec.GroupedQuery;
import headroom.model.FeedForward;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import headroom.quant.GgufMix;
import headroom.quant.QuantFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every branch of {@code llama_tensor_get_type_impl} (<a
 * href="https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/src/llama-quant.cpp#L424">llama-quant.cpp</a>),
 * read off by hand.
 */
class MixTableTest {
  private static final int LAYERS = 32;

  /** Layer 0 is of the first sixteenth, 3 of the first eighth, 4 of neither, 6 gets more bits. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // mix, output, embedding, q, k, v of layers 0, 3, 4, 6, attention output
    "Q2_K,    Q6_K, Q2_K,    Q2_K,    Q2_K,    Q4_K Q4_K Q4_K Q4_K, Q3_K",
    "Q2_K_S,  Q6_K, Q2_K,    Q2_K,    Q2_K,    Q4_K Q4_K Q4_K Q4_K, Q2_K",
    "Q3_K_S,  Q6_K, Q3_K,    Q3_K,    Q3_K,    Q3_K Q3_K Q3_K Q3_K, Q3_K",
    "Q3_K_M,  Q6_K, Q3_K,    Q3_K,    Q3_K,    Q5_K Q4_K Q4_K Q4_K, Q4_K",
    "Q3_K_L,  Q6_K, Q3_K,    Q3_K,    Q3_K,    Q5_K Q5_K Q5_K Q5_K, Q5_K",
    "Q4_K_S,  Q6_K, Q4_K,    Q4_K,    Q4_K,    Q5_K Q5_K Q4_K Q4_K, Q4_K",
    "Q4_K_M,  Q6_K, Q4_K,    Q4_K,    Q4_K,    Q6_K Q6_K Q4_K Q6_K, Q4_K",
    "Q5_K_S,  Q6_K, Q5_K,    Q5_K,    Q5_K,    Q5_K Q5_K Q5_K Q5_K, Q5_K",
    "Q5_K_M,  Q6_K, Q5_K,    Q5_K,    Q5_K,    Q6_K Q6_K Q5_K Q6_K, Q5_K",
    "Q6_K,    Q6_K, Q6_K,    Q6_K,    Q6_K,    Q6_K Q6_K Q6_K Q6_K, Q6_K",
    "Q8_0,    Q8_0, Q8_0,    Q8_0,    Q8_0,    Q8_0 Q8_0 Q8_0 Q8_0, Q8_0",
    "Q4_0,    Q6_K, Q4_0,    Q4_0,    Q4_0,    Q4_0 Q4_0 Q4_0 Q4_0, Q4_0",
    "Q4_1,    Q6_K, Q4_1,    Q4_1,    Q4_1,    Q4_1 Q4_1 Q4_1 Q4_1, Q4_1",
    "Q5_0,    Q6_K, Q5_0,    Q5_0,    Q5_0,    Q5_0 Q5_0 Q5_0 Q5_0, Q5_0",
    "Q5_1,    Q6_K, Q5_1,    Q5_1,    Q5_1,    Q5_1 Q5_1 Q5_1 Q5_1, Q5_1",
    "IQ1_S,   Q5_K, Q2_K,    IQ1_S,   IQ1_S,   Q4_K Q4_K Q4_K Q4_K, IQ2_XXS",
    "IQ1_M,   Q5_K, Q2_K,    IQ1_M,   IQ1_M,   Q4_K Q4_K Q4_K Q4_K, IQ2_XXS",
    "IQ2_XXS, Q5_K, Q2_K,    IQ2_XXS, IQ2_XXS, Q4_K Q4_K Q4_K Q4_K, IQ2_XXS",
    "IQ2_XS,  Q5_K, Q2_K,    IQ2_XS,  IQ2_XS,  Q4_K Q4_K Q4_K Q4_K, IQ2_XS",
    "IQ2_S,   Q5_K, IQ3_S,   IQ2_XS,  IQ2_XS,  Q4_K Q4_K Q4_K Q4_K, IQ3_S",
    "IQ2_M,   Q5_K, IQ3_S,   IQ2_S,   IQ2_S,   Q4_K Q4_K Q4_K Q4_K, IQ3_S",
    "IQ3_XXS, Q5_K, IQ3_S,   IQ2_S,   IQ2_S,   Q4_K Q4_K Q4_K Q4_K, IQ3_S",
    "IQ3_XS,  Q6_K, IQ3_S,   IQ3_XXS, IQ3_XXS, Q4_K Q4_K Q4_K Q4_K, IQ3_S",
    "IQ3_S,   Q6_K, IQ3_S,   IQ3_S,   IQ3_S,   Q4_K Q4_K Q4_K Q4_K, IQ3_S",
    "IQ3_M,   Q6_K, IQ3_S,   IQ3_S,   IQ3_S,   Q4_K Q4_K Q4_K Q4_K, Q4_K",
    "IQ4_NL,  Q6_K, IQ4_NL,  IQ4_NL,  IQ4_NL,  Q5_K Q5_K Q5_K Q5_K, IQ4_NL",
    "IQ4_XS,  Q6_K, IQ4_XS,  IQ4_XS,  IQ4_XS,  Q5_K Q5_K Q5_K Q5_K, IQ4_XS",
    "TQ1_0,   Q6_K, Q4_K,    TQ1_0,   TQ1_0,   TQ1_0 TQ1_0 TQ1_0 TQ1_0, TQ1_0",
    "TQ2_0,   Q6_K, Q4_K,    TQ2_0,   TQ2_0,   TQ2_0 TQ2_0 TQ2_0 TQ2_0, TQ2_0",
    "MXFP4_MOE, Q8_0, Q8_0,  Q8_0,    Q8_0,    Q8_0 Q8_0 Q8_0 Q8_0, Q8_0",
  })
  void groupedAttention(
      GgufMix mix, String out, String embedding, String q, String k, String values, String attn) {
    Map<String, QuantFormat> formats = MixRules.formats(mix, dense("qwen3", LAYERS, 8, false));
    assertThat(name(formats, "output.weight")).isEqualTo(out);
    assertThat(name(formats, "token_embd.weight")).isEqualTo(embedding);
    assertThat(name(formats, "blk.4.attn_q.weight")).isEqualTo(q);
    assertThat(name(formats, "blk.4.attn_k.weight")).isEqualTo(k);
    assertThat(inLayers(formats, "attn_v")).isEqualTo(values);
    assertThat(name(formats, "blk.4.attn_output.weight")).isEqualTo(attn);
    // The output matrix of tied models is the embedding.
    assertThat(name(MixRules.formats(mix, dense("qwen3", LAYERS, 8, true)), "token_embd.weight"))
        .isEqualTo(out);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "Q2_K,    Q3_K Q3_K Q3_K Q3_K,             Q2_K Q2_K",
    "Q2_K_S,  Q4_K Q4_K Q2_K Q2_K,             Q2_K Q2_K",
    "Q3_K_S,  Q3_K Q3_K Q3_K Q3_K,             Q3_K Q3_K",
    "Q3_K_M,  Q5_K Q4_K Q4_K Q4_K,             Q3_K Q3_K",
    "Q3_K_L,  Q5_K Q5_K Q5_K Q5_K,             Q3_K Q3_K",
    "Q4_K_S,  Q5_K Q5_K Q4_K Q4_K,             Q4_K Q4_K",
    "Q4_K_M,  Q6_K Q6_K Q4_K Q6_K,             Q4_K Q4_K",
    "Q5_K_S,  Q5_K Q5_K Q5_K Q5_K,             Q5_K Q5_K",
    "Q5_K_M,  Q6_K Q6_K Q5_K Q6_K,             Q5_K Q5_K",
    "IQ1_S,   Q2_K Q2_K IQ1_S IQ1_S,           IQ1_S IQ1_S",
    "IQ1_M,   Q2_K Q2_K IQ1_M IQ1_M,           IQ1_M IQ1_M",
    "IQ2_XXS, Q2_K Q2_K IQ2_XXS IQ2_XXS,       IQ2_XXS IQ2_XXS",
    "IQ2_XS,  Q2_K Q2_K IQ2_XS IQ2_XS,         IQ2_XS IQ2_XS",
    "IQ2_S,   IQ3_S IQ3_S IQ2_XS IQ2_XS,       IQ2_XS IQ2_XS",
    "IQ2_M,   IQ3_S IQ3_S IQ2_S IQ2_S,         IQ2_S IQ2_S",
    "IQ3_XXS, IQ3_XXS IQ3_XXS IQ3_XXS IQ3_XXS, IQ3_XXS IQ3_XXS",
    "IQ3_XS,  IQ3_S IQ3_S IQ3_S IQ3_S,         IQ3_S IQ3_XXS",
    "IQ3_S,   IQ3_S IQ3_S IQ3_S IQ3_S,         IQ3_S IQ3_S",
    "IQ3_M,   Q4_K Q4_K IQ3_S IQ3_S,           IQ3_S IQ3_S",
    "IQ4_NL,  Q5_K Q5_K IQ4_NL IQ4_NL,         IQ4_NL IQ4_NL",
    "IQ4_XS,  Q5_K Q5_K IQ4_XS IQ4_XS,         IQ4_XS IQ4_XS",
  })
  void feedForward(GgufMix mix, String down, String gates) {
    Map<String, QuantFormat> formats = MixRules.formats(mix, dense("qwen3", LAYERS, 8, false));
    assertThat(inLayers(formats, "ffn_down")).isEqualTo(down);
    for (String name : List.of("ffn_gate", "ffn_up")) {
      assertThat(
              name(formats, "blk.0." + name + ".weight")
                  + " "
                  + name(formats, "blk.16." + name + ".weight"))
          .isEqualTo(gates);
    }
  }

  /** One key head to a query head: the value matrix is as large as the others. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "Q2_K, Q3_K", "Q2_K_S, Q2_K", "IQ3_XXS, IQ3_XXS", "IQ3_XS, IQ3_S", "IQ3_S, IQ3_S",
    "IQ3_M, Q4_K", "IQ4_XS, IQ4_XS", "IQ4_NL, IQ4_NL", "IQ1_S, Q2_K", "IQ2_XXS, Q2_K",
    "IQ2_S, IQ3_S", "IQ2_M, IQ3_S",
  })
  void valuesOfManyHeads(GgufMix mix, String values) {
    Map<String, QuantFormat> formats = MixRules.formats(mix, dense("llama", LAYERS, 1, false));
    assertThat(name(formats, "blk.4.attn_v.weight")).isEqualTo(values);
  }

  /** {@code LLM_TYPE_70B}: 3 and 4 bits become 5, wider ones stay. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "Q3_K_S, Q5_K",
    "Q3_K_M, Q5_K",
    "Q4_K_S, Q5_K",
    "Q4_K_M, Q5_K",
    "Q2_K, Q5_K",
    "IQ3_XS, Q5_K",
    "Q5_K_S, Q5_K",
    "Q4_0, Q4_0",
    "IQ2_XS, Q4_K",
  })
  void valuesOfSeventyBillion(GgufMix mix, String values) {
    Map<String, QuantFormat> formats = MixRules.formats(mix, dense("llama", 80, 8, false));
    assertThat(name(formats, "blk.11.attn_v.weight")).isEqualTo(values);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // mix, k, v, attention output, down of layers 0, 3, 4, 6
    "Q2_K,   Q8_0, Q8_0, Q5_K,   Q3_K Q3_K Q3_K Q3_K",
    "Q3_K_S, Q8_0, Q8_0, Q5_K,   Q3_K Q3_K Q3_K Q3_K",
    "Q3_K_L, Q8_0, Q8_0, Q3_K,   Q5_K Q5_K Q5_K Q5_K",
    "Q4_K_M, Q8_0, Q8_0, Q5_K,   Q6_K Q6_K Q4_K Q6_K",
    "Q5_K_M, Q8_0, Q8_0, Q5_K,   Q6_K Q6_K Q5_K Q6_K",
    "Q6_K,   Q8_0, Q8_0, Q6_K,   Q6_K Q6_K Q6_K Q6_K",
    "IQ2_XS, Q4_K, Q4_K, Q5_K,   Q2_K Q2_K IQ2_XS IQ2_XS",
    "IQ3_XS, Q8_0, Q8_0, Q5_K,   IQ3_S IQ3_S IQ3_S IQ3_S",
    "IQ3_M,  Q8_0, Q8_0, Q5_K,   Q4_K Q4_K IQ3_S Q4_K",
    "IQ4_XS, Q8_0, Q8_0, Q5_K,   Q5_K Q5_K IQ4_XS IQ4_XS",
    "Q4_0,   Q8_0, Q8_0, Q4_0,   Q4_0 Q4_0 Q4_0 Q4_0",
    "MXFP4_MOE, Q8_0, Q8_0, Q8_0, MXFP4 MXFP4 MXFP4 MXFP4",
  })
  void eightExperts(GgufMix mix, String k, String v, String attn, String down) {
    Map<String, QuantFormat> formats = MixRules.formats(mix, mixture());
    assertThat(name(formats, "blk.4.attn_k.weight")).isEqualTo(k);
    assertThat(name(formats, "blk.4.attn_v.weight")).isEqualTo(v);
    assertThat(name(formats, "blk.4.attn_output.weight")).isEqualTo(attn);
    assertThat(inLayers(formats, "ffn_down_exps")).isEqualTo(down);
    assertThat(name(formats, "blk.4.ffn_gate_inp.weight")).isEqualTo("F32");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // mix, output, attention output, down of layers 0, 3, 4, 6
    "Q3_K_M, Q8_0, Q3_K,    Q5_K Q4_K Q3_K Q4_K",
    "Q3_K_L, Q8_0, Q4_K,    Q4_K Q4_K Q4_K Q4_K",
    "Q4_K_S, Q8_0, Q4_K,    Q4_K Q4_K Q4_K Q4_K",
    "Q4_K_M, Q8_0, Q4_K,    Q6_K Q5_K Q4_K Q5_K",
    "IQ1_S,  Q8_0, IQ2_XXS, Q2_K Q2_K IQ1_S IQ1_S",
  })
  void falcon(GgufMix mix, String out, String attn, String down) {
    Map<String, QuantFormat> formats = MixRules.formats(mix, dense("falcon", LAYERS, 8, false));
    assertThat(name(formats, "output.weight")).isEqualTo(out);
    assertThat(name(formats, "blk.4.attn_output.weight")).isEqualTo(attn);
    assertThat(inLayers(formats, "ffn_down")).isEqualTo(down);
  }

  private static String name(Map<String, QuantFormat> formats, String tensor) {
    return String.valueOf(formats.get(tensor));
  }

  private static String inLayers(Map<String, QuantFormat> formats, String stem) {
    List<String> names = new ArrayList<>();
    for (int layer : new int[] {0, 3, 4, 6}) {
      names.add(name(formats, "blk.%d.%s.weight".formatted(layer, stem)));
    }
    return String.join(" ", names);
  }

  private static ModelSpec dense(String architecture, int layers, int grouping, boolean tied) {
    return model(architecture, layers, grouping, tied, new FeedForward.Dense(1024, true));
  }

  private static ModelSpec mixture() {
    return model(
        "llama",
        LAYERS,
        4,
        false,
        new FeedForward.MixtureOfExperts(8, 2, 1024, OptionalInt.empty(), true));
  }

  private static ModelSpec model(
      String architecture, int layers, int grouping, boolean tied, FeedForward feedForward) {
    List<TensorFacts> tensors = new ArrayList<>();
    tensors.add(TensorFacts.named("token_embd.weight", 512, 2048));
    if (!tied) {
      tensors.add(TensorFacts.named("output.weight", 512, 2048));
    }
    boolean experts = feedForward instanceof FeedForward.MixtureOfExperts;
    String suffix = experts ? "_exps.weight" : ".weight";
    long count = experts ? 8 : 1;
    List<LayerSpec> specs = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      String prefix = "blk." + layer + ".";
      tensors.add(TensorFacts.named(prefix + "attn_q.weight", 512, 512));
      tensors.add(TensorFacts.named(prefix + "attn_k.weight", 512, 512 / grouping));
      tensors.add(TensorFacts.named(prefix + "attn_v.weight", 512, 512 / grouping));
      tensors.add(TensorFacts.named(prefix + "attn_output.weight", 512, 512));
      if (experts) {
        tensors.add(TensorFacts.named(prefix + "ffn_gate_inp.weight", 512, count));
      }
      tensors.add(TensorFacts.named(prefix + "ffn_gate" + suffix, 512, 1024 * count));
      tensors.add(TensorFacts.named(prefix + "ffn_up" + suffix, 512, 1024 * count));
      tensors.add(TensorFacts.named(prefix + "ffn_down" + suffix, 1024, 512 * count));
      specs.add(new LayerSpec(new GroupedQuery(8, 8 / grouping, 64, 64), feedForward, true));
    }
    return new ModelSpec(
        "table", "table", architecture, 512, 2048, tied, specs, tensors, OptionalInt.empty());
  }
}
