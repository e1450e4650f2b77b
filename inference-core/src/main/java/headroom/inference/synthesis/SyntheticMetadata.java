package headroom.inference.synthesis;

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

    put(keys, "block_count", model.layers().size());
    put(keys, "context_length", model.maxContext().orElse(DEFAULT_CONTEXT));
    put(keys, "embedding_length", model.embeddingSize());
    put(keys, "vocab_size", model.vocabularySize());
    AttentionKeys.of(model, architecture).forEach((key, value) -> put(keys, key, value));
    FeedForwardKeys.of(model, architecture).forEach((key, value) -> put(keys, key, value));
    RecurrentKeys.of(model, architecture).forEach((key, value) -> put(keys, key, value));
    if (architecture == SyntheticArchitecture.GRANITE
        || architecture == SyntheticArchitecture.COHERE2) {
      put(keys, "logit_scale", 1f); // must be there; 1 leaves logits as they are
    }
    if (architecture == SyntheticArchitecture.GEMMA3N) {
      StreamTensors.keys(model).forEach((key, value) -> put(keys, key, value));
    }
    put(keys, "attention.layer_norm_rms_epsilon", architecture.normEpsilon());
    if (architecture.layerNorms()) {
      put(keys, "attention.layer_norm_epsilon", architecture.normEpsilon());
    }
    shape.ropeTheta().ifPresent(theta -> put(keys, "rope.freq_base", (float) theta));
    keys.putAll(
        SyntheticVocabulary.keys(
            model.id(), model.vocabularySize(), architecture.pre(), architecture.wantedTokens()));
    return keys;
  }

  private void put(Map<String, Object> keys, String name, Object value) {
    keys.put(architecture.id() + "." + name, value);
  }

  private SynthesisException refused(String found) {
    return new SynthesisException(model.id(), found);
  }
}
