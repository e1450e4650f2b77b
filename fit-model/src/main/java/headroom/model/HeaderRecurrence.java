package headroom.model;

import headroom.gguf.TensorInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which layers carry a state instead of a cache, and how large it is: {@code n_embd_r} and {@code
 * n_embd_s} of <a href="https://github.com/ggml-org/llama.cpp/blob/3f545bec/src/llama-hparams.cpp">
 * llama-hparams.cpp</a>.
 */
final class HeaderRecurrence {
  /** {@code full_attention_interval} where the file does not say (minimax-01.cpp). */
  private static final int MINIMAX_INTERVAL = 8;

  /** {@code token_shift_count} of RWKV where the file does not say (llama-hparams.h). */
  private static final int TOKEN_SHIFTS = 2;

  private final ArchitectureKeys keys;
  private final int layer;
  private final int layers;
  private final Map<String, TensorInfo> tensors;

  HeaderRecurrence(ArchitectureKeys keys, int layer, int layers, Map<String, TensorInfo> tensors) {
    this.keys = keys;
    this.layer = layer;
    this.layers = layers;
    this.tensors = tensors;
  }

  /** The state of this layer; empty where it attends, or mixes nothing. */
  Optional<AttentionSpec.Recurrent> recurrent() {
    if (has("time_mix_")) {
      int embedding = keys.getInt("embedding_length");
      return state(
          "RWKV",
          (long) keys.findInt("token_shift_count").orElse(TOKEN_SHIFTS) * embedding,
          (long) keys.getInt("wkv.head_size") * embedding);
    }
    if (has("shortconv.")) {
      long kept = Math.max(0, keys.getInt("shortconv.l_cache") - 1L);
      return state("short convolution", kept * keys.getInt("embedding_length"), 0);
    }
    if (has("ssm_") && keys.findInt("kda.head_dim").isPresent()) {
      long head = keys.getInt("kda.head_dim");
      long inner = head * keys.getInt("attention.head_count", 0, layers);
      return state(
          "Kimi delta attention",
          3 * convolution(keys.getInt("ssm.conv_kernel")) * inner,
          head * inner);
    }
    if (has("ssm_")) {
      long inner = keys.getInt("ssm.inner_size");
      long size = keys.getInt("ssm.state_size");
      long groups = keys.findInt("ssm.group_count").orElse(0);
      return state(
          tensors.containsKey("attn_qkv") ? "gated delta net" : "Mamba",
          convolution(keys.getInt("ssm.conv_kernel")) * (inner + 2 * groups * size),
          size * inner);
    }
    if (keys.architecture().equals("minimax-01") && lightning()) {
      long head = keys.getInt("attention.key_length");
      long heads = keys.getInt("attention.head_count", 0, layers);
      return state("lightning attention", 0, head * head * heads);
    }
    return Optional.empty();
  }

  private boolean lightning() {
    Optional<List<Long>> listed = keys.findPerLayer("attention.recurrent_layers", layers);
    int interval = keys.findInt("full_attention_interval").orElse(MINIMAX_INTERVAL);
    return listed
        .map(list -> list.get(layer) != 0)
        .orElse((layer + 1) % Math.max(1, interval) != 0);
  }

  /** Columns of a convolution that outlive a token: the newest comes with the next one. */
  private static long convolution(int kernel) {
    return Math.max(0, kernel - 1L);
  }

  private boolean has(String prefix) {
    return tensors.keySet().stream().anyMatch(stem -> stem.startsWith(prefix));
  }

  private Optional<AttentionSpec.Recurrent> state(String kind, long convolution, long recurrent) {
    long weights =
        tensors.entrySet().stream()
            .filter(entry -> isMixer(entry.getKey()))
            .mapToLong(entry -> entry.getValue().elements())
            .sum();
    return Optional.of(new AttentionSpec.Recurrent(kind, convolution, recurrent, weights));
  }

  private boolean isMixer(String stem) {
    boolean besideAttention = keys.architecture().equals("falcon-h1");
    return !stem.startsWith("ffn_")
        && !stem.startsWith("channel_mix")
        && !stem.startsWith("attn_norm")
        && (!besideAttention || stem.startsWith("ssm_"))
        && !stem.startsWith("post_")
        && !stem.startsWith("exp_probs_b");
  }
}
