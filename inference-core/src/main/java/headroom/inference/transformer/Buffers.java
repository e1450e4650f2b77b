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
  float[] gate = {}; // [tokens, feed-forward]
  float[] up = {}; // [tokens, feed-forward]
  float[] last = {}; // [embedding], the token whose logits are asked for

  private final Widths widths;

  Buffers(TransformerSpec spec, Weights weights) {
    widths = Widths.of(spec, weights);
    last = new float[spec.embeddingSize()];
    ensure(1);
  }

  void ensure(int tokens) {
    if (tokens <= capacity) {
      return;
    }
    capacity = tokens;
    residual = new float[tokens * widths.embedding];
    normed = new float[tokens * widths.embedding];
    delta = new float[tokens * widths.embedding];
    query = new float[tokens * widths.query];
    key = new float[tokens * widths.key];
    value = new float[tokens * widths.value];
    attended = new float[tokens * widths.attended];
    gate = new float[tokens * widths.feedForward];
    up = new float[tokens * widths.feedForward];
  }

  /** The widest of each over all layers. */
  private record Widths(
      int embedding, int query, int key, int value, int attended, int feedForward) {
    static Widths of(TransformerSpec spec, Weights weights) {
      int query = 0;
      int key = 0;
      int value = 0;
      int attended = 0;
      int feedForward = 0;
      for (LayerWeights layer : weights.layers()) {
        query = Math.max(query, layer.query().rows());
        key = Math.max(key, layer.key().rows());
        value = Math.max(value, layer.value().rows());
        attended = Math.max(attended, layer.output().matrix().columns());
        int width =
            switch (layer.feedForward()) {
              case FeedForward.Dense dense -> dense.gate().rows();
              case FeedForward.MixtureOfExperts experts ->
                  experts.experts().getFirst().gate().rows();
            };
        feedForward = Math.max(feedForward, width);
      }
      return new Widths(spec.embeddingSize(), query, key, value, attended, feedForward);
    }
  }
}
