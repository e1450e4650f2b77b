package headroom.inference.odd;

import static headroom.inference.odd.SeededModel.name;

import headroom.inference.odd.SeededModel.Sizes;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Odd shapes of architectures with dense networks. */
final class DenseShapes {
  private DenseShapes() {}

  static final Map<String, Supplier<SeededModel>> ALL =
      Map.ofEntries(
          Map.entry("llama-linear", DenseShapes::llamaLinear),
          Map.entry("llama-factors", DenseShapes::llamaFactors),
          Map.entry("llama-longrope", DenseShapes::llamaLongrope),
          Map.entry("mistral3", DenseShapes::mistral3),
          Map.entry("qwen2", DenseShapes::qwen2),
          Map.entry("qwen3", DenseShapes::qwen3),
          Map.entry("phi3", DenseShapes::phi3),
          Map.entry("phi3-window", DenseShapes::phi3Window),
          Map.entry("glm4", DenseShapes::glm4),
          Map.entry("granite", DenseShapes::granite),
          Map.entry("olmo2", DenseShapes::olmo2),
          Map.entry("olmo2-window", DenseShapes::olmo2Window),
          Map.entry("smollm3", DenseShapes::smollm3),
          Map.entry("starcoder2", DenseShapes::starcoder2),
          Map.entry("bitnet", DenseShapes::bitnet));

  /** Biases everywhere, one key head of more than embedding / heads, linear scaling. */
  private static SeededModel llamaLinear() {
    SeededModel model = new SeededModel("llama-linear", "llama", new Sizes(2, 40, 5, 1, 20, 36));
    model.linear(3).ends();
    for (int i = 0; i < 2; i++) {
      llama(model, i).attentionBiases(i).biases(i, 40, "attn_output").biases(i, 36, "ffn_gate");
      model.biases(i, 36, "ffn_up").biases(i, 40, "ffn_down");
    }
    return model;
  }

  private static SeededModel llama(SeededModel model, int layer) {
    return model.norms(layer, "attn_norm", "ffn_norm").attention(layer).network(layer);
  }

  private static SeededModel llamas(SeededModel model) {
    for (int i = 0; i < model.sizes().layers(); i++) {
      llama(model, i);
    }
    return model;
  }

  /** Llama 3's divisors together with YaRN, more context than it was trained for, tied. */
  private static SeededModel llamaFactors() {
    SeededModel model = new SeededModel("llama-factors", "llama", new Sizes(2, 64, 8, 4, 8, 48));
    model.key("context_length", 64).yarn(8, 32).vector("rope_freqs.weight", 3, .8, 4).tied();
    return llamas(model);
  }

  /** LongRoPE within its original context. */
  private static SeededModel llamaLongrope() {
    SeededModel model = new SeededModel("llama-longrope", "llama", new Sizes(2, 32, 4, 2, 8, 48));
    model.key("context_length", 4096).key("rope.scaling.type", "longrope");
    model.key("rope.scaling.original_context_length", 1024).key("rope.scaling.attn_factor", 1.3f);
    model.vector("rope_factors_long.weight", 4, 1, 4);
    return llamas(model.vector("rope_factors_short.weight", 1.2, .1, 4).ends());
  }

  /** Queries that grow, YaRN with a multiplier of its own. */
  private static SeededModel mistral3() {
    SeededModel model = new SeededModel("mistral3", "mistral3", new Sizes(2, 40, 4, 1, 12, 48));
    model.yarn(16, 64).key("context_length", 1024).key("rope.scaling.yarn_log_multiplier", .5f);
    return llamas(model.key("attention.temperature_scale", .1f).ends());
  }

  private static SeededModel qwen2() {
    SeededModel model = new SeededModel("qwen2", "qwen2", new Sizes(2, 48, 6, 1, 8, 48));
    llamas(model.yarn(4, 64).tied()).attentionBiases(0);
    return model.attentionBiases(1);
  }

  private static SeededModel qwen3() {
    SeededModel model = new SeededModel("qwen3", "qwen3", new Sizes(2, 40, 3, 1, 16, 48));
    model.yarn(2, 128).key("rope.scaling.attn_factor", 1.1f).ends();
    return llamas(model).headNorms(0).headNorms(1);
  }

  private static SeededModel phi(SeededModel model, int original) {
    model.key("rope.scaling.original_context_length", original);
    model.vector("rope_factors_long.weight", 4, 1, 4);
    model.vector("rope_factors_short.weight", 1.2, .1, 4).ends();
    for (int i = 0; i < 2; i++) {
      model.norms(i, "attn_norm", "ffn_norm").fusedAttention(i).fusedNetwork(i);
    }
    return model;
  }

  /** Within the original context of LongRoPE. */
  private static SeededModel phi3() {
    SeededModel model = new SeededModel("phi3", "phi3", new Sizes(2, 32, 4, 1, 8, 48));
    model.key("context_length", 131072).key("rope.scaling.attn_factor", 1.19f);
    return phi(model, 4096);
  }

  /** Beyond it, with a window shorter than the prompt. */
  private static SeededModel phi3Window() {
    SeededModel model = new SeededModel("phi3-window", "phi3", new Sizes(2, 32, 4, 2, 8, 48));
    return phi(model.key("attention.sliding_window", 16), 256);
  }

  /** Half of each head rotated, by YaRN. */
  private static SeededModel glm4() {
    SeededModel model = new SeededModel("glm4", "glm4", new Sizes(2, 48, 6, 1, 24, 48));
    model.key("rope.dimension_count", 12).yarn(4, 64).ends();
    for (int i = 0; i < 2; i++) {
      model.norms(i, "attn_norm", "ffn_norm", "post_attention_norm", "post_ffw_norm");
      model.attention(i).attentionBiases(i).fusedNetwork(i);
    }
    return model;
  }

  private static SeededModel granite() {
    SeededModel model = new SeededModel("granite", "granite", new Sizes(2, 48, 3, 1, 16, 48));
    model.key("logit_scale", 8f).key("residual_scale", .22f).key("embedding_scale", 12f);
    return llamas(model.key("attention.scale", .2f).yarn(4, 64).ends());
  }

  private static SeededModel olmo(SeededModel model) {
    Sizes sizes = model.sizes();
    model.without("attention.key_length").without("attention.value_length").ends();
    for (int i = 0; i < sizes.layers(); i++) {
      model.norms(i, "post_attention_norm", "post_ffw_norm").attention(i).network(i);
      model.norm(name(i, "attn_q_norm"), (long) sizes.heads() * sizes.headSize());
      model.norm(name(i, "attn_k_norm"), (long) sizes.kvHeads() * sizes.headSize());
    }
    return model;
  }

  private static SeededModel olmo2() {
    return olmo(new SeededModel("olmo2", "olmo2", new Sizes(2, 40, 5, 1, 8, 24)).linear(2));
  }

  /** OLMo 3: windows shorter than the prompt, two local layers to three. */
  private static SeededModel olmo2Window() {
    SeededModel model = new SeededModel("olmo2-window", "olmo2", new Sizes(6, 32, 4, 4, 8, 24));
    model.key("attention.sliding_window", 32).key("attention.sliding_window_pattern", 2);
    return olmo(model.yarn(8, 64));
  }

  /** Two layers that do not rotate, YaRN in the others. */
  private static SeededModel smollm3() {
    return llamas(
        new SeededModel("smollm3", "smollm3", new Sizes(8, 40, 5, 1, 8, 24)).yarn(4, 64).ends());
  }

  /** Layer norms and biases; a window in the header that means nothing. */
  private static SeededModel starcoder2() {
    SeededModel model = new SeededModel("starcoder2", "starcoder2", new Sizes(2, 48, 6, 1, 8, 64));
    model.key("attention.layer_norm_epsilon", 1e-5f).key("attention.sliding_window", 16);
    model.ends().vector("output_norm.bias", 0, .2, 48);
    for (int i = 0; i < 2; i++) {
      model.norms(i, "attn_norm", "ffn_norm").biases(i, 48, "attn_norm").biases(i, 48, "ffn_norm");
      model.attention(i).attentionBiases(i).biases(i, 48, "attn_output");
      model.ungated(i).biases(i, 64, "ffn_up").biases(i, 48, "ffn_down");
    }
    return model;
  }

  /** A scale for each matrix, one key head. */
  private static SeededModel bitnet() {
    SeededModel model = new SeededModel("bitnet", "bitnet", new Sizes(2, 40, 5, 1, 8, 48));
    llamas(model.tied());
    for (int i = 0; i < 2; i++) {
      model.norms(i, "attn_sub_norm").norm(name(i, "ffn_sub_norm"), 48);
      for (String matrix : List.of("attn_q", "attn_k", "attn_v", "attn_output", "ffn_down")) {
        model.vector(name(i, matrix) + ".scale", 1.3, .3, 1);
      }
    }
    return model;
  }
}
