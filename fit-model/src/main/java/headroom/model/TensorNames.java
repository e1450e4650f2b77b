package headroom.model;

import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What GGUF tensor names say: names from <a
 * href="https://github.com/ggml-org/llama.cpp/blob/3f545bec/src/llama-arch.cpp">llama-arch.cpp</a>,
 * which of them are never quantised from <a
 * href="https://github.com/ggml-org/llama.cpp/blob/3f545bec/src/llama-quant.cpp">{@code
 * tensor_allows_quantization}</a>.
 */
final class TensorNames {
  private static final Pattern LAYER = Pattern.compile("blk\\.(\\d{1,6})\\.(.+)");

  private static final Map<String, TensorRole> ROLES =
      Map.ofEntries(
          Map.entry("token_embd", TensorRole.TOKEN_EMBEDDING),
          Map.entry("output", TensorRole.OUTPUT),
          Map.entry("per_layer_token_embd", TensorRole.PER_LAYER_EMBEDDING),
          Map.entry("attn_q", TensorRole.ATTENTION_Q),
          Map.entry("attn_k", TensorRole.ATTENTION_K),
          Map.entry("attn_v", TensorRole.ATTENTION_V),
          Map.entry("attn_qkv", TensorRole.ATTENTION_QKV),
          Map.entry("attn_output", TensorRole.ATTENTION_OUTPUT),
          Map.entry("attn_q_a", TensorRole.ATTENTION_LATENT),
          Map.entry("attn_q_b", TensorRole.ATTENTION_LATENT),
          Map.entry("attn_kv_a_mqa", TensorRole.ATTENTION_LATENT),
          Map.entry("attn_kv_b", TensorRole.ATTENTION_LATENT),
          Map.entry("attn_k_b", TensorRole.ATTENTION_LATENT),
          Map.entry("attn_v_b", TensorRole.ATTENTION_LATENT),
          Map.entry("ffn_gate", TensorRole.FFN_GATE),
          Map.entry("ffn_up", TensorRole.FFN_UP),
          Map.entry("ffn_down", TensorRole.FFN_DOWN),
          Map.entry("channel_mix_key", TensorRole.FFN_UP),
          Map.entry("channel_mix_value", TensorRole.FFN_DOWN),
          Map.entry("ffn_gate_exps", TensorRole.EXPERT_GATE),
          Map.entry("ffn_up_exps", TensorRole.EXPERT_UP),
          Map.entry("ffn_gate_up_exps", TensorRole.EXPERT_UP),
          Map.entry("ffn_down_exps", TensorRole.EXPERT_DOWN),
          Map.entry("ffn_gate_chexps", TensorRole.EXPERT_GATE),
          Map.entry("ffn_up_chexps", TensorRole.EXPERT_UP),
          Map.entry("ffn_down_chexps", TensorRole.EXPERT_DOWN),
          Map.entry("ffn_gate_shexp", TensorRole.SHARED_EXPERT_GATE),
          Map.entry("ffn_up_shexp", TensorRole.SHARED_EXPERT_UP),
          Map.entry("ffn_down_shexp", TensorRole.SHARED_EXPERT_DOWN),
          Map.entry("ffn_gate_inp", TensorRole.ROUTER));

  /** Small or sensitive matrices that the quantiser leaves as they are, by their stem. */
  private static final Set<String> KEPT =
      Set.of(
          "ffn_gate_inp_shexp",
          "ffn_gate_tid2eid",
          "per_layer_model_proj",
          "position_embd",
          "token_types",
          "shortconv.conv",
          "indexer.k_proj",
          "indexer.q_proj",
          "time_mix_first",
          "time_mix_w0",
          "time_mix_w1",
          "time_mix_w2",
          "time_mix_v0",
          "time_mix_v1",
          "time_mix_v2",
          "time_mix_a0",
          "time_mix_a1",
          "time_mix_a2",
          "time_mix_g1",
          "time_mix_g2",
          "time_mix_decay_w1",
          "time_mix_decay_w2",
          "time_mix_lerp_fused",
          "attn_rel_b");

  private TensorNames() {}

  /** The layer that a name belongs to; empty for tensors outside the layers. */
  static OptionalInt layer(String name) {
    Matcher matcher = LAYER.matcher(name);
    return matcher.matches()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  /** The name without layer and without {@code .weight}: {@code attn_q}, {@code attn_q.bias}. */
  static String stem(String name) {
    Matcher matcher = LAYER.matcher(name);
    String rest = matcher.matches() ? matcher.group(2) : name;
    return rest.endsWith(".weight") ? rest.substring(0, rest.length() - ".weight".length()) : rest;
  }

  /**
   * The part that a tensor plays. Matrices of no named part are {@link TensorRole#RECURRENT}: what
   * that role says of quantisers holds for them.
   *
   * @param dimensions dimensions of more than one element
   */
  static TensorRole role(String name, long dimensions) {
    String stem = stem(name);
    boolean matrix = name.endsWith(".weight") && dimensions >= 2;
    if (!matrix
        || stem.endsWith("_norm")
        || KEPT.contains(stem)
        || stem.startsWith("altup")
        || stem.startsWith("laurel")
        || stem.startsWith("ssm_conv1d")) {
      return TensorRole.UNQUANTISED;
    }
    TensorRole role = ROLES.get(stem);
    if (role != null) {
      return role;
    }
    return stem.startsWith("indexer.") ? TensorRole.INDEXER : TensorRole.RECURRENT;
  }
}
