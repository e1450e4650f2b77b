package headroom.inference.odd;

import static headroom.inference.odd.SeededModel.name;

import headroom.inference.odd.SeededModel.Sizes;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Odd shapes of Gemma, whose layers have windows and norms around both halves. */
final class GemmaShapes {
  private GemmaShapes() {}

  static final Map<String, Supplier<SeededModel>> ALL =
      Map.of(
          "gemma", GemmaShapes::gemma,
          "gemma2", GemmaShapes::gemma2,
          "gemma2-pattern", GemmaShapes::gemma2Pattern,
          "gemma3", GemmaShapes::gemma3,
          "gemma3-pattern", GemmaShapes::gemma3Pattern,
          "gemma3n", () -> gemma3n("gemma3n", 22),
          "gemma3n-short", () -> gemma3n("gemma3n-short", 2));

  /** Heads wider than embedding / heads, linear scaling. */
  private static SeededModel gemma() {
    SeededModel model = new SeededModel("gemma", "gemma", new Sizes(2, 24, 3, 3, 20, 40));
    model.linear(2).tied();
    for (int i = 0; i < 2; i++) {
      model.norms(i, "attn_norm", "ffn_norm").attention(i).network(i);
    }
    return model;
  }

  private static SeededModel around(SeededModel model) {
    for (int i = 0; i < model.sizes().layers(); i++) {
      model.norms(i, "attn_norm", "ffn_norm", "post_attention_norm", "post_ffw_norm");
      model.attention(i).network(i);
    }
    return model;
  }

  /** Other soft caps, one key head, a window shorter than the prompt. */
  private static SeededModel gemma2() {
    SeededModel model = new SeededModel("gemma2", "gemma2", new Sizes(3, 24, 4, 1, 20, 40));
    model.key("attention.sliding_window", 12).key("attn_logit_softcapping", 20f);
    return around(model.key("final_logit_softcapping", 10f).key("rope.freq_base_swa", 300f).tied());
  }

  /** Two local layers to each global one. */
  private static SeededModel gemma2Pattern() {
    SeededModel model = new SeededModel("gemma2-pattern", "gemma2", new Sizes(4, 24, 4, 2, 20, 40));
    model.key("attention.sliding_window", 64).key("attention.sliding_window_pattern", 3);
    return around(model.linear(2).tied());
  }

  /** Scaled global layers beside local ones that are not. */
  private static SeededModel gemma3() {
    SeededModel model = new SeededModel("gemma3", "gemma3", new Sizes(6, 40, 5, 1, 24, 24));
    model.key("attention.sliding_window", 16).key("rope.freq_base", 1e6f).yarn(4, 32);
    around(model.key("rope.scaling.attn_factor", .8f).ends());
    for (int i = 0; i < 6; i++) {
      model.headNorms(i);
    }
    return model;
  }

  private static SeededModel gemma3Pattern() {
    SeededModel model = new SeededModel("gemma3-pattern", "gemma3", new Sizes(7, 16, 2, 1, 8, 16));
    model.key("attention.sliding_window", 8).key("attention.sliding_window_pattern", 3);
    around(model.key("rope.freq_base", 1e6f).linear(8).tied());
    for (int i = 0; i < 7; i++) {
      model.headNorms(i);
    }
    return model;
  }

  /** Layers beyond the twentieth read the keys of earlier ones; gains keep the values calm. */
  private static SeededModel gemma3n(String name, int layers) {
    int embedding = 32;
    int own = 256;
    SeededModel model = new SeededModel(name, "gemma3n", new Sizes(layers, embedding, 4, 2, 8, 40));
    model.key("attention.sliding_window", 12).key("rope.freq_base", 1e6f);
    model
        .key("embedding_length_per_layer_input", own)
        .key("attention.shared_kv_layers", Math.max(0, layers - 20));
    model.key("altup.num_inputs", 4).key("altup.active_idx", 0).tied();
    model.matrix("altup_proj.weight", 1, embedding, embedding, 3);
    model.matrix("altup_unembd_proj.weight", 1, embedding, embedding, 3);
    model.matrix("per_layer_token_embd.weight", 4, (long) own * layers, SeededModel.VOCABULARY);
    model.matrix("per_layer_model_proj.weight", 1, embedding, (long) own * layers);
    around(model.norm("per_layer_proj_norm", own));
    for (int i = 0; i < layers; i++) {
      model.headNorms(i).norms(i, "altup_router_norm");
      for (String calm :
          List.of("post_attention_norm", "post_ffw_norm", "post_norm", "laurel_post_norm")) {
        model.vector(name(i, calm + ".weight"), .15, .05, embedding);
      }
      model.matrix(name(i, "inp_gate.weight"), .3, embedding, own);
      model.matrix(name(i, "proj.weight"), .3, own, embedding);
      model.matrix(name(i, "altup_router.weight"), 8, embedding, 4);
      model.matrix(name(i, "altup_predict_coef.weight"), .3, 4, 16);
      model.matrix(name(i, "altup_correct_coef.weight"), .3, 4, 4);
      model.vector(name(i, "altup_correct_scale.weight"), 1, .2, embedding);
      model.matrix(name(i, "laurel_l.weight"), 1, embedding, 64);
      model.matrix(name(i, "laurel_r.weight"), 1, 64, embedding);
    }
    return model;
  }
}
