package headroom.inference.synthesis;

import headroom.model.FeedForward;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The keys that say what follows attention, their architecture's prefix left out. */
final class FeedForwardKeys {
  /** {@code llama_expert_gating_func_type} of llama-hparams.h: softmax, sigmoid. */
  private static final int SOFTMAX = 1;

  private static final int SIGMOID = 2;

  private final ModelSpec model;
  private final SyntheticArchitecture architecture;
  private final Map<String, Object> keys = new LinkedHashMap<>();

  private FeedForwardKeys(ModelSpec model, SyntheticArchitecture architecture) {
    this.model = model;
    this.architecture = architecture;
  }

  /**
   * @throws SynthesisException where the architecture has no such networks
   */
  static Map<String, Object> of(ModelSpec model, SyntheticArchitecture architecture) {
    return new FeedForwardKeys(model, architecture).write();
  }

  private Map<String, Object> write() {
    List<FeedForward> kinds =
        model.layers().stream().map(LayerSpec::feedForward).distinct().toList();
    List<FeedForward.Dense> dense = of(kinds, FeedForward.Dense.class);
    List<FeedForward.MixtureOfExperts> mixtures = of(kinds, FeedForward.MixtureOfExperts.class);
    boolean alone = of(kinds, FeedForward.None.class).isEmpty();
    if (dense.size() > 1
        || mixtures.size() > 1
        || alone == isOfNemotron()
        || (dense.size() + mixtures.size() == 2 && !mixesKinds())) {
      throw refused(
          "feed-forward networks %s in a %s model; wanted one kind"
              .formatted(kinds, architecture.id()));
    }
    dense.forEach(this::dense);
    if (!mixtures.isEmpty()) {
      dense.forEach(this::besideExperts);
      experts(mixtures.getFirst());
    }
    return keys;
  }

  private static <T> List<T> of(List<FeedForward> kinds, Class<T> type) {
    return kinds.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private boolean isOfNemotron() {
    return architecture == SyntheticArchitecture.NEMOTRON_H
        || architecture == SyntheticArchitecture.NEMOTRON_H_MOE;
  }

  /** True where some layers are dense and others have experts. */
  private boolean mixesKinds() {
    return switch (architecture) {
      case DEEPSEEK2, DEEPSEEK32, GLM_DSA, GLM4MOE, LFM2MOE, ERNIE4_5_MOE, LLAMA4 -> true;
      default -> false;
    };
  }

  private void dense(FeedForward.Dense dense) {
    boolean expertsOnly =
        architecture == SyntheticArchitecture.QWEN3MOE
            || architecture == SyntheticArchitecture.GPT_OSS;
    boolean gated = !isOfNemotron() && architecture != SyntheticArchitecture.FALCON;
    if (dense.gated() != gated || expertsOnly) {
      throw refused(dense);
    }
    keys.put("feed_forward_length", isOfNemotron() ? perLayer(dense.size()) : dense.size());
  }

  /** The size where a layer is a network, 0 where it mixes tokens. */
  private List<Integer> perLayer(int size) {
    return model.layers().stream()
        .map(layer -> layer.feedForward() instanceof FeedForward.None ? 0 : size)
        .toList();
  }

  private void besideExperts(FeedForward.Dense dense) {
    List<FeedForward> all = model.layers().stream().map(LayerSpec::feedForward).toList();
    if (architecture == SyntheticArchitecture.LLAMA4) {
      for (int i = 0; i < all.size(); i++) {
        if (all.get(i).equals(dense) != (i % 2 == 0)) {
          throw refused("dense layers elsewhere than in every second; wanted them there");
        }
      }
      return;
    }
    int count = (int) all.stream().takeWhile(dense::equals).count();
    if (all.lastIndexOf(dense) >= count) {
      throw refused("dense layers among those with experts; wanted them before");
    }
    keys.put("leading_dense_block_count", count);
  }

  private void experts(FeedForward.MixtureOfExperts moe) {
    if (model.tensors().stream().anyMatch(tensor -> tensor.name().contains("ffn_latent"))) {
      throw refused("experts that read a latent; wanted experts that read the embedding");
    }
    if (moe.gated() == isOfNemotron() || moe.sharedSize().isPresent() != sharesExpert(moe)) {
      throw refused(moe);
    }
    keys.put("expert_count", moe.experts());
    keys.put("expert_used_count", moe.expertsActive());
    boolean biased = model.tensors().stream().anyMatch(t -> t.name().contains("exp_probs_b"));
    switch (architecture) {
      case LLAMA, MISTRAL3, PHIMOE -> keys.put("feed_forward_length", moe.expertSize());
      case GRANITE, GRANITE_HYBRID -> {
        keys.put("feed_forward_length", moe.expertSize());
        moe.sharedSize().ifPresent(size -> keys.put("expert_shared_feed_forward_length", size));
      }
      case QWEN3MOE, GPT_OSS -> both(moe);
      case MINIMAX_M2 -> {
        both(moe);
        keys.put("expert_gating_func", SIGMOID);
      }
      case QWEN3NEXT, QWEN35MOE, HUNYUAN_MOE -> {
        both(moe);
        shared(moe);
      }
      case ERNIE4_5_MOE -> {
        keys.put("expert_feed_forward_length", moe.expertSize());
        shared(moe);
        keys.put("interleave_moe_layer_step", 1);
      }
      case LFM2MOE -> {
        keys.put("expert_feed_forward_length", moe.expertSize());
        keys.put("expert_gating_func", SIGMOID);
      }
      case LLAMA4 -> {
        keys.put("expert_feed_forward_length", moe.expertSize());
        boolean all = !keys.containsKey("feed_forward_length");
        keys.put("interleave_moe_layer_step", all ? 1 : 2);
      }
      case NEMOTRON_H_MOE -> {
        keys.put("feed_forward_length", perLayer(moe.expertSize()));
        keys.put("expert_feed_forward_length", moe.expertSize());
        shared(moe);
        keys.put("expert_shared_count", 1);
        keys.put("expert_weights_norm", true);
      }
      // DeepSeek-V3 and GLM-4.5 choose by biased sigmoids, V2 by a softmax (arXiv 2412.19437,
      // section 2.1.2).
      case DEEPSEEK2, DEEPSEEK32, GLM_DSA, GLM4MOE -> {
        keys.put("expert_feed_forward_length", moe.expertSize());
        keys.put("expert_shared_count", moe.sharedSize().orElseThrow() / moe.expertSize());
        keys.put("expert_gating_func", biased ? SIGMOID : SOFTMAX);
        keys.put("expert_weights_norm", biased);
      }
      default -> throw refused(moe);
    }
  }

  private boolean sharesExpert(FeedForward.MixtureOfExperts moe) {
    return switch (architecture) {
      case DEEPSEEK2,
          DEEPSEEK32,
          GLM_DSA,
          GLM4MOE,
          QWEN3NEXT,
          QWEN35MOE,
          HUNYUAN_MOE,
          LLAMA4,
          NEMOTRON_H_MOE ->
          true;
      case ERNIE4_5_MOE, GRANITE_HYBRID -> moe.sharedSize().isPresent();
      default -> false;
    };
  }

  private void both(FeedForward.MixtureOfExperts moe) {
    keys.put("feed_forward_length", moe.expertSize());
    keys.put("expert_feed_forward_length", moe.expertSize());
  }

  private void shared(FeedForward.MixtureOfExperts moe) {
    moe.sharedSize().ifPresent(size -> keys.put("expert_shared_feed_forward_length", size));
  }

  private SynthesisException refused(FeedForward found) {
    return refused(
        "feed-forward network %s in a %s model; wanted what its files can say"
            .formatted(found, architecture.id()));
  }

  private SynthesisException refused(String found) {
    return new SynthesisException(model.id(), found);
  }
}
