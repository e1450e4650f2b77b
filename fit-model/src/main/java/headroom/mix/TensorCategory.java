package headroom.mix;

import headroom.model.TensorFacts;
import headroom.model.TensorRole;
import headroom.quant.QuantFormat;
import java.util.List;

/**
 * The coarse kinds of tensor that llama.cpp's quantiser tells apart, by substring of the name as it
 * does ({@code tensor_get_category}, {@link MixRules#SOURCE}).
 */
enum TensorCategory {
  OUTPUT,
  TOKEN_EMBEDDING,
  ATTENTION_V,
  ATTENTION_QKV,
  /** The fused up projection of latent attention in older files. */
  ATTENTION_KV_B,
  ATTENTION_K,
  ATTENTION_Q,
  ATTENTION_OUTPUT,
  FFN_UP,
  FFN_GATE,
  FFN_DOWN,
  OTHER;

  /** Kept tensors that the converter writes at 16 bits rather than in F32. */
  private static final List<String> KEPT_AT_16_BITS = List.of("per_layer_model_proj", "laurel");

  static TensorCategory of(TensorFacts tensor) {
    String name = tensor.name();
    if (name.equals("output.weight")) {
      return OUTPUT;
    }
    if (name.equals("token_embd.weight") || name.equals("per_layer_token_embd.weight")) {
      return TOKEN_EMBEDDING;
    }
    if (name.contains("attn_qkv.weight")) {
      return ATTENTION_QKV;
    }
    if (name.contains("attn_kv_b.weight")) {
      return ATTENTION_KV_B;
    }
    if (name.contains("attn_v.weight")) {
      return ATTENTION_V;
    }
    if (name.contains("attn_k.weight")) {
      return ATTENTION_K;
    }
    if (name.contains("attn_q.weight")) {
      return ATTENTION_Q;
    }
    if (name.contains("attn_output.weight")) {
      return ATTENTION_OUTPUT;
    }
    if (name.contains("ffn_up")) {
      return FFN_UP;
    }
    if (name.contains("ffn_gate")) {
      return FFN_GATE;
    }
    return name.contains("ffn_down") ? FFN_DOWN : OTHER;
  }

  /** True where the quantiser may change the tensor; false for norms, biases, routers and kin. */
  static boolean isQuantised(TensorFacts tensor) {
    return tensor.role() != TensorRole.UNQUANTISED
        && tensor.role() != TensorRole.ROUTER
        && tensor.rows() > 1
        && tensor.name().endsWith("weight");
  }

  /** What a tensor that is not quantised is stored as. */
  static QuantFormat unquantisedFormat(TensorFacts tensor) {
    return KEPT_AT_16_BITS.stream().anyMatch(tensor.name()::contains) && tensor.rows() > 1
        ? QuantFormat.F16
        : QuantFormat.F32;
  }

  /** True for what the quantiser counts as {@code n_attention_wv}. */
  boolean countsAsAttentionV() {
    return this == ATTENTION_V || this == ATTENTION_QKV || this == ATTENTION_KV_B;
  }
}
