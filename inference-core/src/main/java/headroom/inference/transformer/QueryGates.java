package headroom.inference.transformer;

import headroom.inference.kernel.AttentionShape;

/** The gates that come out of the query matrix of {@link Attention#gated gated attention}. */
final class QueryGates {
  private final Buffers buffers;
  private float[] row = {}; // of one token

  QueryGates(Buffers buffers) {
    this.buffers = buffers;
  }

  /** Parts queries [tokens, heads, 2, keySize] into queries side by side, and gates. */
  void split(AttentionShape shape, int tokens) {
    int size = shape.keySize();
    int width = shape.heads() * size;
    if (row.length < 2 * width) {
      row = new float[2 * width];
    }
    for (int t = 0; t < tokens; t++) {
      System.arraycopy(buffers.query, t * 2 * width, row, 0, 2 * width);
      for (int head = 0; head < shape.heads(); head++) {
        int to = t * width + head * size;
        System.arraycopy(row, 2 * head * size, buffers.query, to, size);
        System.arraycopy(row, (2 * head + 1) * size, buffers.mixerGate, to, size);
      }
    }
  }

  /** Multiplies what was attended to by the sigmoids of the gates. */
  void apply(AttentionShape shape, int tokens) {
    int count = tokens * shape.heads() * shape.valueSize();
    for (int i = 0; i < count; i++) {
      buffers.attended[i] *= Router.sigmoid(buffers.mixerGate[i]);
    }
  }
}
