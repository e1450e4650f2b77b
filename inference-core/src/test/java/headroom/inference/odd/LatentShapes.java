package headroom.inference.odd;

import static headroom.inference.odd.SeededModel.name;

import headroom.inference.odd.SeededModel.Sizes;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Odd shapes of architectures with latent attention. */
final class LatentShapes {
  private static final int LATENT = 24;
  private static final int ROTATED = 8;
  private static final int PLAIN = 16;
  private static final int VALUE = 12;
  private static final int HEADS = 4;
  private static final int COMPRESSED = 20;
  private static final int EXPERTS = 8;

  private LatentShapes() {}

  static final Map<String, Supplier<SeededModel>> ALL =
      Map.of(
          "deepseek2", LatentShapes::deepseek2,
          "deepseek2-groups", LatentShapes::deepseek2Groups,
          "deepseek32", LatentShapes::deepseek32,
          "deepseek32-plain", LatentShapes::deepseek32Plain,
          "glm-dsa", LatentShapes::glmDsa,
          "glm-dsa-shared", LatentShapes::glmDsaShared);

  private static SeededModel latent(String name, String architecture, int layers) {
    int stored = LATENT + ROTATED;
    SeededModel model =
        new SeededModel(name, architecture, new Sizes(layers, 32, HEADS, 1, stored, 48));
    model.key("attention.value_length", LATENT).key("rope.dimension_count", ROTATED);
    model.key("attention.key_length_mla", PLAIN + ROTATED).key("attention.value_length_mla", VALUE);
    model.key("attention.kv_lora_rank", LATENT).key("attention.q_lora_rank", COMPRESSED);
    model.key("leading_dense_block_count", 1).key("expert_count", EXPERTS);
    model.key("expert_used_count", 3).key("expert_feed_forward_length", 16);
    model.key("expert_shared_count", 2).key("expert_gating_func", 2);
    model.key("expert_weights_norm", true).key("expert_weights_scale", 2.5f).ends();
    for (int i = 0; i < layers; i++) {
      model.norms(i, "attn_norm", "ffn_norm");
      model.matrix(name(i, "attn_q_a.weight"), 1, 32, COMPRESSED);
      model.norm(name(i, "attn_q_a_norm"), COMPRESSED);
      model.matrix(name(i, "attn_q_b.weight"), 1.4, COMPRESSED, HEADS * (PLAIN + ROTATED));
      model.matrix(name(i, "attn_kv_a_mqa.weight"), 1.4, 32, stored);
      model.norm(name(i, "attn_kv_a_norm"), LATENT);
      model.matrix(name(i, "attn_k_b.weight"), 1, PLAIN, LATENT, HEADS);
      model.matrix(name(i, "attn_v_b.weight"), 1, LATENT, VALUE, HEADS);
      model.matrix(name(i, "attn_output.weight"), 1, HEADS * VALUE, 32);
      if (i == 0) {
        model.network(i);
      } else {
        model.experts(i, EXPERTS, 16).sharedExpert(i, 32).biases(i, EXPERTS, "exp_probs_b");
      }
    }
    return model;
  }

  /** Weights of experts that do not add up to 1, and YaRN with a multiplier of its own. */
  private static SeededModel deepseek2() {
    SeededModel model = latent("deepseek2", "deepseek2", 2);
    model.key("expert_weights_norm", false).key("expert_gating_func", 1);
    return model.yarn(40, 64).key("rope.scaling.yarn_log_multiplier", .0707f);
  }

  private static SeededModel deepseek2Groups() {
    SeededModel model = latent("deepseek2-groups", "deepseek2", 3);
    return model.key("expert_group_count", 4).key("expert_group_used_count", 2);
  }

  /** An indexer with enough heads that scores differ, and few enough tokens that it matters. */
  private static SeededModel indexed(SeededModel model, int most, List<Integer> layers) {
    int heads = 24;
    int size = 64; // llama.cpp turns multiples of 64
    model.key("attention.indexer.head_count", heads).key("attention.indexer.key_length", size);
    model.key("attention.indexer.top_k", most);
    for (int i : layers) {
      model.norm(name(i, "indexer.k_norm"), size).biases(i, size, "indexer.k_norm");
      model.matrix(name(i, "indexer.proj.weight"), 1, 32, heads);
      model.matrix(name(i, "indexer.attn_k.weight"), 1, 32, size);
      model.matrix(name(i, "indexer.attn_q_b.weight"), 1, COMPRESSED, (long) heads * size);
    }
    return model;
  }

  private static SeededModel deepseek32() {
    SeededModel model = latent("deepseek32", "deepseek32", 3).yarn(40, 64);
    return indexed(model.key("rope.scaling.yarn_log_multiplier", .1f), 8, List.of(0, 1, 2));
  }

  private static SeededModel deepseek32Plain() {
    return indexed(latent("deepseek32-plain", "deepseek32", 2), 64, List.of(0, 1));
  }

  private static SeededModel glmDsa() {
    return indexed(latent("glm-dsa", "glm-dsa", 2), 8, List.of(0, 1));
  }

  /** GLM-5.2: every other layer takes what the one before it chose. */
  private static SeededModel glmDsaShared() {
    SeededModel model = latent("glm-dsa-shared", "glm-dsa", 4);
    model.key("attention.indexer.types", List.of(1, 0, 1, 0));
    return indexed(model, 12, List.of(0, 2));
  }
}
