package headroom.inference.synthesis;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An architecture whose metadata keys are known here, by its {@code general.architecture}. Epsilons
 * are {@code rms_norm_eps} of a configuration that is named with each.
 */
enum SyntheticArchitecture {
  /** BitNet b1.58 2B4T. */
  BITNET("bitnet", "llama-bpe", 1e-5f),
  /** Command R7B; three local layers to a global one. */
  COHERE2("cohere2", "command-r", 1e-5f, 4),
  /** Command R. */
  COMMAND_R("command-r", "command-r", 1e-5f),
  /** DeepSeek-V3. */
  DEEPSEEK2("deepseek2", "deepseek-v3", 1e-6f),
  /** DeepSeek-V3.2. */
  DEEPSEEK32("deepseek32", "deepseek-v3", 1e-6f),
  /** ERNIE-4.5-0.3B. */
  ERNIE4_5("ernie4_5", "llama-bpe", 1e-5f),
  /** ERNIE-4.5-21B-A3B. */
  ERNIE4_5_MOE("ernie4_5-moe", "llama-bpe", 1e-5f),
  /** EXAONE-4.0-1.2B; the 32B has three local layers to a global one. */
  EXAONE4("exaone4", "exaone4", 1e-5f, 4),
  /** Falcon-7B. */
  FALCON("falcon", "falcon", 1e-5f),
  /** Gemma-2b. */
  GEMMA("gemma", "default", 1e-6f),
  /** Gemma-2-9b; windows in every other layer. */
  GEMMA2("gemma2", "default", 1e-6f, 2),
  /** Gemma-3-4b; five local layers to a global one. */
  GEMMA3("gemma3", "default", 1e-6f, 6),
  /** Gemma-3n-E2B; four local layers to a global one. */
  GEMMA3N("gemma3n", "default", 1e-6f, 5),
  /** GLM-5. */
  GLM_DSA("glm-dsa", "glm4", 1e-5f),
  /** GLM-4-9B-0414. */
  GLM4("glm4", "glm4", 1e-5f),
  /** GLM-4.5-Air. */
  GLM4MOE("glm4moe", "glm4", 1e-5f),
  /** gpt-oss-20b; windows in every other layer. */
  GPT_OSS("gpt-oss", "gpt-4o", 1e-5f, 2),
  /** Granite-3.3-8b. */
  GRANITE("granite", "refact", 1e-5f),
  /** Granite-4.0-h-small. */
  GRANITE_HYBRID("granitehybrid", "refact", 1e-5f),
  /** Hunyuan-A13B. */
  HUNYUAN_MOE("hunyuan-moe", "hunyuan", 1e-5f),
  /** InternLM2.5-7B. */
  INTERNLM2("internlm2", "llama-bpe", 1e-5f),
  /** LFM2-1.2B. */
  LFM2("lfm2", "lfm2", 1e-5f),
  /** LFM2-8B-A1B. */
  LFM2MOE("lfm2moe", "lfm2", 1e-5f),
  /** Llama-3.2-1B. */
  LLAMA("llama", "llama-bpe", 1e-5f),
  /** Llama-4-Scout; three layers in chunks to a global one. */
  LLAMA4("llama4", "llama4", 1e-5f, 4),
  /** MiniMax-M2. */
  MINIMAX_M2("minimax-m2", "minimax-m2", 1e-6f),
  /** Ministral-3-3B. */
  MISTRAL3("mistral3", "tekken", 1e-5f),
  /** Nemotron-Nano-9B-v2. */
  NEMOTRON_H("nemotron_h", "tekken", 1e-5f),
  /** Nemotron-3-Nano-30B-A3B. */
  NEMOTRON_H_MOE("nemotron_h_moe", "tekken", 1e-5f),
  /** OLMo-2-7B; OLMo 3 has three local layers to a global one. */
  OLMO2("olmo2", "dbrx", 1e-6f, 4),
  /** Phi-3-mini. */
  PHI3("phi3", "default", 1e-5f),
  /** Phi-3.5-MoE. */
  PHIMOE("phimoe", "default", 1e-5f),
  /** Qwen2.5-7B. */
  QWEN2("qwen2", "qwen2", 1e-6f),
  /** Qwen3-8B. */
  QWEN3("qwen3", "qwen2", 1e-6f),
  /** Qwen3-30B-A3B. */
  QWEN3MOE("qwen3moe", "qwen2", 1e-6f),
  /** Qwen3-Next-80B-A3B. */
  QWEN3NEXT("qwen3next", "qwen2", 1e-6f),
  /** Qwen3.5-9B. */
  QWEN35("qwen35", "qwen35", 1e-6f),
  /** Qwen3.5-35B-A3B. */
  QWEN35MOE("qwen35moe", "qwen35", 1e-6f),
  /** SmolLM3-3B. */
  SMOLLM3("smollm3", "smaug-bpe", 1e-6f),
  /** StableLM-2-1.6B. */
  STABLELM("stablelm", "stablelm2", 1e-5f);

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

  /** How many times smaller than a head its rotated part is: 1 / partial_rotary_factor. */
  int rotatedShare() {
    return switch (this) {
      case GLM4, GLM4MOE, MINIMAX_M2 -> 2;
      case QWEN3NEXT, QWEN35, QWEN35MOE, STABLELM -> 4;
      default -> 1;
    };
  }

  /** True where some layers keep a state instead of keys and values. */
  boolean isHybrid() {
    return switch (this) {
      case GRANITE_HYBRID,
          LFM2,
          LFM2MOE,
          NEMOTRON_H,
          NEMOTRON_H_MOE,
          QWEN3NEXT,
          QWEN35,
          QWEN35MOE ->
          true;
      default -> false;
    };
  }

  /** True where keys and values are latents. */
  boolean isLatent() {
    return this == DEEPSEEK2 || this == DEEPSEEK32 || this == GLM_DSA;
  }

  /** True where norms take means away, whose epsilon has a key of its own. */
  boolean layerNorms() {
    return switch (this) {
      case COHERE2, COMMAND_R, FALCON, STABLELM, NEMOTRON_H, NEMOTRON_H_MOE -> true;
      default -> false;
    };
  }

  /** Tokens that llama.cpp looks for by name (llama-vocab.cpp, attributes of Phi-3's tokens). */
  List<String> wantedTokens() {
    return this == PHI3 || this == PHIMOE
        ? List.of("<unk>", "<s>", "</s>", "<|endoftext|>")
        : List.of();
  }
}
