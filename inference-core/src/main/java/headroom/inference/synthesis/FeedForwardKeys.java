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
    switch (kinds) {
      case List<FeedForward> all
          when all.size() == 1 && all.getFirst() instanceof FeedForward.Dense dense ->
          dense(dense);
      case List<FeedForward> all
          when all.size() == 1 && all.getFirst() instanceof FeedForward.MixtureOfExperts moe ->
          experts(moe);
      case List<FeedForward> all
          when architecture == SyntheticArchitecture.DEEPSEEK2
              && all.size() == 2
              && all.get(0) instanceof FeedForward.Dense dense
              && all.get(1) instanceof FeedForward.MixtureOfExperts moe -> {
        dense(dense);
        leading(dense);
        experts(moe);
      }
      default ->
          throw refused(
              "feed-forward networks %s in a %s model; wanted one kind"
                  .formatted(kinds, architecture.id()));
    }
    return keys;
  }

  private void dense(FeedForward.Dense dense) {
    boolean always =
        architecture == SyntheticArchitecture.QWEN3MOE
            || architecture == SyntheticArchitecture.GPT_OSS;
    if (!dense.gated() || always) {
      throw refused(dense);
    }
    keys.put("feed_forward_length", dense.size());
  }

  private void leading(FeedForward.Dense dense) {
    List<FeedForward> all = model.layers().stream().map(LayerSpec::feedForward).toList();
    int count = (int) all.stream().takeWhile(dense::equals).count();
    if (all.lastIndexOf(dense) >= count) {
      throw refused("dense layers among those with experts; wanted them before");
    }
    keys.put("leading_dense_block_count", count);
  }

  private void experts(FeedForward.MixtureOfExperts moe) {
    boolean shared = moe.sharedSize().isPresent();
    if (!moe.gated() || shared != (architecture == SyntheticArchitecture.DEEPSEEK2)) {
      throw refused(moe);
    }
    keys.put("expert_count", moe.experts());
    keys.put("expert_used_count", moe.expertsActive());
    switch (architecture) {
      case LLAMA, GRANITE, MISTRAL3 -> keys.put("feed_forward_length", moe.expertSize());
      case QWEN3MOE, GPT_OSS -> {
        keys.put("feed_forward_length", moe.expertSize());
        keys.put("expert_feed_forward_length", moe.expertSize());
      }
      case DEEPSEEK2 -> deepseek(moe);
      default -> throw refused(moe);
    }
  }

  private void deepseek(FeedForward.MixtureOfExperts moe) {
    boolean biased = model.tensors().stream().anyMatch(t -> t.name().contains("exp_probs_b"));
    keys.put("expert_feed_forward_length", moe.expertSize());
    keys.put("expert_shared_count", moe.sharedSize().orElseThrow() / moe.expertSize());
    // V3 chooses by biased sigmoids, V2 by a softmax (arXiv 2412.19437, section 2.1.2).
    keys.put("expert_gating_func", biased ? SIGMOID : SOFTMAX);
    keys.put("expert_weights_norm", biased);
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
