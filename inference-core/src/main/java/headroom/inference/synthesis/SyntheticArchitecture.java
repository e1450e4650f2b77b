package headroom.inference.synthesis;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An architecture whose metadata keys are known here, by its {@code general.architecture}. Epsilons
 * are {@code rms_norm_eps} of a configuration that is named with each.
 */
enum SyntheticArchitecture {
  /** DeepSeek-V3. */
  DEEPSEEK2("deepseek2", "deepseek-v3", 1e-6f),
  /** Gemma-2b. */
  GEMMA("gemma", "default", 1e-6f),
  /** Gemma-2-9b; windows in every other layer. */
  GEMMA2("gemma2", "default", 1e-6f, 2),
  /** Gemma-3-4b; five local layers to a global one. */
  GEMMA3("gemma3", "default", 1e-6f, 6),
  /** GLM-4-9B-0414. */
  GLM4("glm4", "glm4", 1e-5f),
  /** gpt-oss-20b; windows in every other layer. */
  GPT_OSS("gpt-oss", "gpt-4o", 1e-5f, 2),
  /** Granite-3.3-8b. */
  GRANITE("granite", "refact", 1e-5f),
  /** Llama-3.2-1B. */
  LLAMA("llama", "llama-bpe", 1e-5f),
  /** Ministral-3-3B. */
  MISTRAL3("mistral3", "tekken", 1e-5f),
  /** OLMo-2-7B; OLMo 3 has three local layers to a global one. */
  OLMO2("olmo2", "dbrx", 1e-6f, 4),
  /** Phi-3-mini. */
  PHI3("phi3", "default", 1e-5f),
  /** Qwen2.5-7B. */
  QWEN2("qwen2", "qwen2", 1e-6f),
  /** Qwen3-8B. */
  QWEN3("qwen3", "qwen2", 1e-6f),
  /** Qwen3-30B-A3B. */
  QWEN3MOE("qwen3moe", "qwen2", 1e-6f),
  /** SmolLM3-3B. */
  SMOLLM3("smollm3", "smaug-bpe", 1e-6f);

  private final String id;
  private final String pre;
  private final float normEpsilon;
  private final int windowPeriod;

  SyntheticArchitecture(String id, String pre, float normEpsilon) {
    this(id, pre, normEpsilon, 1);
  }

  SyntheticArchitecture(String id, String pre, float normEpsilon, int windowPeriod) {
    this.id = id;
    this.pre = pre;
    this.normEpsilon = normEpsilon;
    this.windowPeriod = windowPeriod;
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

  /** True where readers apply sliding windows; others are run over the whole context. */
  boolean slides() {
    return windowPeriod > 1;
  }

  /** Layers from one that sees everything to the next, which readers take for granted. */
  int windowPeriod() {
    return windowPeriod;
  }

  /** How many times smaller than a head its rotated part is (partial_rotary_factor of GLM-4). */
  int rotatedShare() {
    return this == GLM4 ? 2 : 1;
  }

  /** Tokens that llama.cpp looks for by name (llama-vocab.cpp, attributes of Phi-3's tokens). */
  List<String> wantedTokens() {
    return this == PHI3 ? List.of("<unk>", "<s>", "</s>", "<|endoftext|>") : List.of();
  }
}
