package headroom.model;

/** The part a weight tensor plays, in the words of llama.cpp's tensor names. */
public enum TensorRole {
  TOKEN_EMBEDDING,
  OUTPUT,
  PER_LAYER_EMBEDDING,
  ATTENTION_Q,
  ATTENTION_K,
  ATTENTION_V,
  ATTENTION_QKV,
  ATTENTION_OUTPUT,
  /** Down and up projections of latent attention ({@code attn_q_a}, {@code attn_kv_b} and kin). */
  ATTENTION_LATENT,
  FFN_GATE,
  FFN_UP,
  FFN_DOWN,
  EXPERT_GATE,
  EXPERT_UP,
  EXPERT_DOWN,
  SHARED_EXPERT_GATE,
  SHARED_EXPERT_UP,
  SHARED_EXPERT_DOWN,
  ROUTER,
  /** Matrices of a recurrent mixer that quantisers treat as ordinary matrices. */
  RECURRENT,
  INDEXER,
  /** Norms, biases, sinks, scales, convolution taps: kept in F32 by llama.cpp. */
  UNQUANTISED
}
