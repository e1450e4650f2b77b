package headroom.catalogue;

import java.util.List;
import java.util.Set;

/**
 * What an architecture has that its sizes do not tell: which norms, which biases, which fused
 * matrices. Tensor names as in llama.cpp's <a
 * href="https://github.com/ggml-org/llama.cpp/blob/master/src/llama-arch.cpp">llama-arch.cpp</a>;
 * that nothing is missing or too much shows in the exact weight counts of published checkpoints.
 *
 * @param norms names of the norms of a layer
 * @param normBiases true where norms have biases
 * @param gated true where feed-forward networks have a gate
 * @param biases true where query, key, value, whatever the sizes say, have biases
 * @param outputBiases true where the matrix after attention has a bias
 * @param headBias true where the output matrix has a bias
 * @param fusedQkv true where query, key and value are one matrix
 * @param fusedGate true where gate and up are one matrix
 * @param queryGate true where attention has a gate as wide as its queries, stored with them
 * @param oneMixerPerLayer true where a layer is either a token mixer or a feed-forward network
 */
record ArchitectureTraits(
    List<String> norms,
    boolean normBiases,
    boolean gated,
    boolean biases,
    boolean outputBiases,
    boolean headBias,
    boolean fusedQkv,
    boolean fusedGate,
    boolean queryGate,
    boolean oneMixerPerLayer) {
  private static final List<String> BEFORE_BOTH = List.of("attn_norm", "ffn_norm");
  private static final List<String> AFTER_ATTENTION = List.of("attn_norm", "post_attention_norm");
  private static final List<String> AFTER_BOTH = List.of("post_attention_norm", "post_ffw_norm");
  private static final List<String> AROUND_BOTH =
      List.of("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm");
  private static final List<String> ONE = List.of("attn_norm");
  private static final Set<String> PLAIN =
      Set.of(
          "llama",
          "llama4",
          "mistral3",
          "qwen2",
          "qwen3",
          "qwen3moe",
          "gemma",
          "phi3",
          "phimoe",
          "deepseek2",
          "deepseek32",
          "deepseek4",
          "glm-dsa",
          "smollm3",
          "stablelm",
          "granite",
          "granitehybrid",
          "jamba",
          "lfm2",
          "lfm2moe",
          "minimax-m2",
          "ernie4_5",
          "ernie4_5-moe",
          "hunyuan-moe",
          "internlm2",
          "bitnet");

  /**
   * @param gguf {@code general.architecture}
   * @throws IllegalArgumentException where the architecture is not known here
   */
  static ArchitectureTraits of(String gguf) {
    return new ArchitectureTraits(
        norms(gguf),
        Set.of("falcon", "phi2", "stablelm", "phimoe").contains(gguf),
        !Set.of("falcon", "phi2", "nemotron_h", "nemotron_h_moe").contains(gguf),
        Set.of("qwen2", "gpt-oss", "phi2", "phimoe").contains(gguf),
        Set.of("gpt-oss", "phi2", "phimoe").contains(gguf),
        Set.of("phi2", "phimoe").contains(gguf),
        Set.of("falcon", "phi3").contains(gguf),
        Set.of("phi3", "glm4").contains(gguf),
        Set.of("qwen3next", "qwen35", "qwen35moe").contains(gguf),
        gguf.equals("nemotron_h") || gguf.equals("nemotron_h_moe"));
  }

  private static List<String> norms(String gguf) {
    return switch (gguf) {
      case "falcon", "phi2", "command-r", "cohere2", "nemotron_h", "nemotron_h_moe", "mamba" -> ONE;
      case "olmo2", "exaone4" -> AFTER_BOTH;
      case "gemma2", "gemma3", "gemma3n", "gemma4", "glm4" -> AROUND_BOTH;
      case "gpt-oss", "qwen3next", "qwen35", "qwen35moe", "glm4moe" -> AFTER_ATTENTION;
      // RWKV's norms stand with its mixer, where their biases are.
      case "rwkv7" -> List.of();
      default -> {
        if (!PLAIN.contains(gguf)) {
          throw new IllegalArgumentException(
              ("architecture.gguf is '%s'; wanted one whose norms and biases are known:"
                      + " describe it in ArchitectureTraits")
                  .formatted(gguf));
        }
        yield BEFORE_BOTH;
      }
    };
  }
}
