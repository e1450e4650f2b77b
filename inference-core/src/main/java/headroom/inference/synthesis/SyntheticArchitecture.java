package headroom.inference.synthesis;

import java.util.Arrays;
import java.util.Optional;

/** An architecture whose metadata keys are known here, by its {@code general.architecture}. */
enum SyntheticArchitecture {
  /** Epsilon from {@code rms_norm_eps} in Llama-3.2-1B's config.json. */
  LLAMA("llama", "llama-bpe", 1e-5f),
  /** Epsilon from Qwen2.5-7B's config.json. */
  QWEN2("qwen2", "qwen2", 1e-6f),
  /** Epsilon from Qwen3-8B's config.json. */
  QWEN3("qwen3", "qwen2", 1e-6f),
  /** Epsilon from Qwen3-30B-A3B's config.json. */
  QWEN3MOE("qwen3moe", "qwen2", 1e-6f);

  private final String id;
  private final String pre;
  private final float normEpsilon;

  SyntheticArchitecture(String id, String pre, float normEpsilon) {
    this.id = id;
    this.pre = pre;
    this.normEpsilon = normEpsilon;
  }

  static Optional<SyntheticArchitecture> of(String id) {
    return Arrays.stream(values()).filter(a -> a.id.equals(id)).findFirst();
  }

  String id() {
    return id;
  }

  /** {@code tokenizer.ggml.pre} of its models. */
  String pre() {
    return pre;
  }

  /** Added under the root of the root-mean-square norm. */
  float normEpsilon() {
    return normEpsilon;
  }
}
