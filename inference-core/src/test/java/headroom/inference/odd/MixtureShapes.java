package headroom.inference.odd;

import static headroom.inference.odd.SeededModel.name;

import headroom.inference.odd.SeededModel.Sizes;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Odd shapes of architectures with experts and grouped queries. */
final class MixtureShapes {
  private MixtureShapes() {}

  static final Map<String, Supplier<SeededModel>> ALL =
      Map.of(
          "mixtral", MixtureShapes::mixtral,
          "mixtral-scaled", MixtureShapes::mixtralScaled,
          "qwen2moe", MixtureShapes::qwen2moe,
          "qwen3moe", MixtureShapes::qwen3moe,
          "granitemoe", MixtureShapes::granitemoe,
          "gpt-oss", MixtureShapes::gptOss,
          "gpt-oss-yarn", MixtureShapes::gptOssYarn);

  private static SeededModel mixture(SeededModel model, int experts, int active, int width) {
    model.key("expert_count", experts).key("expert_used_count", active);
    for (int i = 0; i < model.sizes().layers(); i++) {
      model.norms(i, "attn_norm", "ffn_norm").attention(i).experts(i, experts, width);
    }
    return model;
  }

  /** One of five experts, with keys of other architectures that mean nothing here. */
  private static SeededModel mixtral() {
    SeededModel model = new SeededModel("mixtral", "llama", new Sizes(2, 32, 4, 1, 8, 24));
    model.key("expert_weights_norm", false).key("expert_feed_forward_length", 16).tied();
    return mixture(model, 5, 1, 24);
  }

  /** A scale for each matrix and each expert, as formats of few bits have them. */
  private static SeededModel mixtralScaled() {
    SeededModel model = new SeededModel("mixtral-scaled", "llama", new Sizes(2, 32, 4, 2, 8, 24));
    mixture(model.ends(), 4, 2, 24);
    for (int i = 0; i < 2; i++) {
      for (String matrix : List.of("attn_q", "attn_k", "attn_v", "attn_output")) {
        model.vector(name(i, matrix) + ".scale", 1, .3, 1);
      }
      for (String matrix : List.of("ffn_gate_exps", "ffn_up_exps", "ffn_down_exps")) {
        model.vector(name(i, matrix) + ".scale", 1, .3, 4);
      }
    }
    return model;
  }

  /** Every expert serves, beside a wide shared one with a gate. */
  private static SeededModel qwen2moe() {
    SeededModel model = new SeededModel("qwen2moe", "qwen2moe", new Sizes(2, 32, 4, 1, 8, 48));
    mixture(model.key("expert_weights_scale", 3f).yarn(4, 64).ends(), 4, 4, 12);
    for (int i = 0; i < 2; i++) {
      model.attentionBiases(i).sharedExpert(i, 48);
      model.vector(name(i, "ffn_gate_inp_shexp.weight"), 0, .3, 32);
    }
    return model.key("expert_feed_forward_length", 12).key("expert_shared_feed_forward_length", 48);
  }

  private static SeededModel qwen3moe() {
    SeededModel model = new SeededModel("qwen3moe", "qwen3moe", new Sizes(2, 32, 4, 1, 16, 48));
    model.key("expert_weights_scale", 1.7f).key("expert_feed_forward_length", 12).yarn(4, 64);
    return mixture(model.ends(), 9, 4, 12).headNorms(0).headNorms(1);
  }

  private static SeededModel granitemoe() {
    SeededModel model = new SeededModel("granitemoe", "granitemoe", new Sizes(2, 32, 4, 2, 8, 16));
    model.key("logit_scale", 6f).key("residual_scale", .3f).key("embedding_scale", 5f);
    return mixture(model.tied(), 8, 3, 16);
  }

  private static SeededModel oss(SeededModel model, int experts, int active) {
    Sizes sizes = model.sizes();
    int width = sizes.feedForward();
    model.key("expert_count", experts).key("expert_used_count", active);
    model.key("expert_feed_forward_length", width).ends();
    for (int i = 0; i < sizes.layers(); i++) {
      model.norms(i, "attn_norm", "post_attention_norm").attention(i).attentionBiases(i);
      model.biases(i, sizes.embedding(), "attn_output").experts(i, experts, width);
      model.vector(name(i, "attn_sinks.weight"), 0, 1, sizes.heads());
      model.matrix(name(i, "ffn_gate_exps.weight"), 3, sizes.embedding(), width, experts);
      model.matrix(name(i, "ffn_up_exps.weight"), 3, sizes.embedding(), width, experts);
      model.vector(name(i, "ffn_gate_inp.bias"), 0, .2, experts);
      model.vector(name(i, "ffn_gate_exps.bias"), 0, .2, width, experts);
      model.vector(name(i, "ffn_up_exps.bias"), 0, .2, width, experts);
      model.vector(name(i, "ffn_down_exps.bias"), 0, .2, sizes.embedding(), experts);
    }
    return model;
  }

  /** One expert a token, one key head, a window shorter than the prompt. */
  private static SeededModel gptOss() {
    SeededModel model = new SeededModel("gpt-oss", "gpt-oss", new Sizes(3, 48, 6, 1, 12, 40));
    return oss(model.key("attention.sliding_window", 20), 6, 1);
  }

  private static SeededModel gptOssYarn() {
    SeededModel model = new SeededModel("gpt-oss-yarn", "gpt-oss", new Sizes(4, 32, 2, 2, 16, 24));
    model.key("attention.sliding_window", 128).key("context_length", 4096);
    return oss(model.yarn(32, 128), 4, 3);
  }
}
