package headroom.inference.transformer;

/** The activations of one batch; grown to the largest batch seen, then reused. */
final class Buffers {
  /** Tokens the arrays have room for. */
  private int capacity;

  float[] residual = {}; // [tokens, embedding]
  float[] normed = {}; // [tokens, embedding]
  float[] delta = {}; // [tokens, embedding]
  float[] query = {}; // [tokens, heads, keySize]
  float[] key = {}; // [tokens, kvHeads, keySize]
  float[] value = {}; // [tokens, kvHeads, valueSize]
  float[] attended = {}; // [tokens, heads, valueSize]
  float[] mixerGate = {}; // [tokens, heads, valueSize]
  float[] gate = {}; // [tokens, feed-forward]
  float[] up = {}; // [tokens, feed-forward]
  final float[] last; // [LOGITS_TOGETHER, embedding], of the tokens whose logits are asked for

  private final int embedding;
  private final int feedForward;
  private final TokenMixer.Widths mixer;

  Buffers(TransformerSpec spec, Weights weights) {
    embedding = spec.embeddingSize();
    TokenMixer.Widths widest = TokenMixer.Widths.NONE;
    int widestFeedForward = 0;
    for (LayerWeights layer : weights.layers()) {
      widest = widest.max(layer.mixer().widths());
      widestFeedForward = Math.max(widestFeedForward, layer.feedForward().width());
    }
    mixer = widest;
    feedForward = widestFeedForward;
    last = new float[ForwardPass.LOGITS_TOGETHER * embedding];
    ensure(1);
  }

  /** Bytes of all arrays. */
  long bytes() {
    long floats =
        (long) residual.length
            + normed.length
            + delta.length
            + query.length
            + key.length
            + value.length
            + attended.length
            + mixerGate.length
            + gate.length
            + up.length
            + last.length;
    return floats * Float.BYTES;
  }

  void ensure(int tokens) {
    if (tokens <= capacity) {
      return;
    }
    capacity = tokens;
    residual = new float[tokens * embedding];
    normed = new float[tokens * embedding];
    delta = new float[tokens * embedding];
    query = new float[tokens * mixer.query()];
    key = new float[tokens * mixer.key()];
    value = new float[tokens * mixer.value()];
    attended = new float[tokens * mixer.attended()];
    mixerGate = new float[tokens * mixer.gate()];
    gate = new float[tokens * feedForward];
    up = new float[tokens * feedForward];
  }
}
