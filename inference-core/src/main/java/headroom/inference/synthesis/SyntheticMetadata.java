package headroom.inference.synthesis;

import headroom.model.AttentionSpec;
import headroom.model.FeedForward;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.quant.GgufMix;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The metadata that makes readers take a synthesized file for a model of its shape; keys as in <a
 * href="https://github.com/ggml-org/llama.cpp/blob/3f545bec/src/llama-arch.cpp">llama-arch.cpp</a>.
 */
final class SyntheticMetadata {
  /** {@code GGML_QNT_VERSION} of ggml.h. */
  private static final int QUANTIZATION_VERSION = 2;

  /** Written where the shape's own context length is unknown, in tokens. */
  private static final int DEFAULT_CONTEXT = 4096;

  private final SyntheticShape shape;
  private final ModelSpec model;
  private final SyntheticArchitecture architecture;

  SyntheticMetadata(SyntheticShape shape) {
    this.shape = shape;
    this.model = shape.model();
    this.architecture =
        SyntheticArchitecture.of(model.architecture())
            .orElseThrow(
                () ->
                    refused(
                        "architecture '%s'; wanted one of %s"
                            .formatted(
                                model.architecture(),
                                Arrays.stream(SyntheticArchitecture.values())
                                    .map(SyntheticArchitecture::id)
                                    .collect(Collectors.joining(", ")))));
  }

  /** Key to value, in file order. */
  Map<String, Object> keys(GgufMix mix, long seed) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("general.architecture", architecture.id());
    keys.put("general.name", model.id() + " synthetic");
    keys.put("general.file_type", mix.ftype());
    keys.put("general.quantization_version", QUANTIZATION_VERSION);
    keys.put("headroom.synthetic", true);
    keys.put("headroom.shape", model.id());
    keys.put("headroom.seed", seed);

    LayerSpec layer = everyLayer();
    put(keys, "block_count", model.layers().size());
    put(keys, "context_length", model.maxContext().orElse(DEFAULT_CONTEXT));
    put(keys, "embedding_length", model.embeddingSize());
    put(keys, "vocab_size", model.vocabularySize());
    attention(keys, layer.attention());
    feedForward(keys, layer.feedForward());
    put(keys, "attention.layer_norm_rms_epsilon", architecture.normEpsilon());
    shape.ropeTheta().ifPresent(theta -> put(keys, "rope.freq_base", (float) theta));
    keys.putAll(SyntheticVocabulary.keys(model.id(), model.vocabularySize(), architecture.pre()));
    return keys;
  }

  /** The one specification that all layers share. */
  private LayerSpec everyLayer() {
    return switch (model.layers().stream().distinct().toList()) {
      case java.util.List<LayerSpec> same when same.size() == 1 -> same.getFirst();
      case java.util.List<LayerSpec> different ->
          throw refused("%d kinds of layers; wanted one kind".formatted(different.size()));
    };
  }

  private void attention(Map<String, Object> keys, AttentionSpec attention) {
    if (!(attention instanceof AttentionSpec.GroupedQuery grouped)) {
      throw refused(
          "%s attention; wanted grouped queries over the whole context"
              .formatted(attention.getClass().getSimpleName()));
    }
    put(keys, "attention.head_count", grouped.heads());
    put(keys, "attention.head_count_kv", grouped.kvHeads());
    put(keys, "attention.key_length", grouped.keySize());
    put(keys, "attention.value_length", grouped.valueSize());
    // These architectures rotate whole heads.
    put(keys, "rope.dimension_count", grouped.keySize());
  }

  private void feedForward(Map<String, Object> keys, FeedForward feedForward) {
    switch (feedForward) {
      case FeedForward.Dense(int size, boolean gated)
          when gated && architecture != SyntheticArchitecture.QWEN3MOE ->
          put(keys, "feed_forward_length", size);
      case FeedForward.MixtureOfExperts moe when moe.gated() && moe.sharedSize().isEmpty() -> {
        put(keys, "feed_forward_length", moe.expertSize());
        put(keys, "expert_count", moe.experts());
        put(keys, "expert_used_count", moe.expertsActive());
        if (architecture == SyntheticArchitecture.QWEN3MOE) {
          put(keys, "expert_feed_forward_length", moe.expertSize());
        } else if (architecture != SyntheticArchitecture.LLAMA) {
          throw refused("experts in a %s model; wanted none".formatted(architecture.id()));
        }
      }
      default ->
          throw refused(
              "feed-forward network %s in a %s model; wanted a gated one without shared experts"
                  .formatted(feedForward, architecture.id()));
    }
  }

  private void put(Map<String, Object> keys, String name, Object value) {
    keys.put(architecture.id() + "." + name, value);
  }

  private SynthesisException refused(String found) {
    return new SynthesisException(model.id(), found);
  }
}
