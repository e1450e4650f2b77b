package headroom.inference.transformer;

import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.Linear;
import java.util.List;

/** Runs {@link LatentAttention} over a batch. */
final class LatentPass {
  private final Batch batch;
  private final Buffers buffers;
  private final CachedAttention cached;
  private final IndexPass index;
  private float[] compressed = {}; // [tokens, compressed query]
  private float[] plain = {}; // [tokens, heads, plainSize + rotary size]
  private float[] values = {}; // [tokens, heads, value size]
  private float[] headIn = {}; // [tokens, columns] of one head
  private float[] headOut = {}; // [tokens, rows] of one head

  LatentPass(Batch batch, CachedAttention cached) {
    this.batch = batch;
    this.buffers = batch.buffers;
    this.cached = cached;
    this.index = new IndexPass(batch);
  }

  /** Bytes of its own arrays. */
  long bytes() {
    long floats =
        (long) compressed.length + plain.length + values.length + headIn.length + headOut.length;
    return floats * Float.BYTES + index.bytes();
  }

  /** out[t] = attention(x[t]) for every token; latents and rotary keys go into the cache. */
  void run(LatentAttention now, int layer, float[] x, float[] out) {
    int tokens = batch.tokens;
    queries(now, x);
    keys(now, layer, x);
    TokenSelection selection = now.selection();
    if (selection != null && selection.indexer().isPresent()) {
      index.choose(selection, layer, x, compressed);
    }
    batch.times.end(Operation.QUERY_KEY_VALUE);
    AttentionShape shape = now.shape();
    if (selection != null && index.chooses(selection)) {
      index.attend(selection, shape, layer);
    } else {
      cached.attend(shape, layer, buffers.query, buffers.attended);
    }
    batch.times.end(Operation.ATTENTION);
    values = grown(values, tokens * shape.heads() * now.headValueSize());
    perHead(now.valueUp(), buffers.attended, shape.valueSize(), values, now.headValueSize());
    batch.products.multiply(now.output(), values, tokens, out);
    batch.times.end(Operation.ATTENTION_OUTPUT);
  }

  /** Brings queries to the latent's space, their rotated elements behind. */
  private void queries(LatentAttention now, float[] x) {
    int tokens = batch.tokens;
    AttentionShape shape = now.shape();
    int latent = now.latentSize();
    int rotated = shape.keySize() - latent;
    int size = now.plainSize() + rotated;
    plain = grown(plain, tokens * shape.heads() * size);
    LatentAttention.QueryCompression compression = now.queryCompression();
    if (compression == null) {
      batch.products.multiply(now.query(), x, tokens, plain);
    } else {
      compressed = grown(compressed, tokens * compression.down().rows());
      batch.products.multiply(compression.down(), x, tokens, compressed);
      batch.normalise(compression.norm(), compressed, compressed);
      batch.products.multiply(now.query(), compressed, tokens, plain);
    }
    perHead(now.keyUp(), plain, size, buffers.query, shape.keySize());
    for (int t = 0; t < tokens; t++) {
      int row = t * shape.heads() * shape.keySize();
      for (int h = 0; h < shape.heads(); h++) {
        System.arraycopy(
            plain,
            (t * shape.heads() + h) * size + now.plainSize(),
            buffers.query,
            row + h * shape.keySize() + latent,
            rotated);
      }
      batch.rotations.rotate(
          now.rope(), t, buffers.query, row + latent, shape.heads(), shape.keySize());
      AttentionPass.warm(
          now.temperature(),
          batch.positions[t],
          buffers.query,
          row,
          shape.heads() * shape.keySize());
    }
  }

  private void keys(LatentAttention now, int layer, float[] x) {
    batch.products.multiply(now.latent(), x, batch.tokens, buffers.key);
    int size = now.shape().keySize();
    for (int t = 0; t < batch.tokens; t++) {
      int at = t * size;
      now.latentNorm().apply(batch.kernels, buffers.key, at, buffers.key, at);
      batch.rotations.rotate(now.rope(), t, buffers.key, at + now.latentSize(), 1, size);
      batch.caches[t].keys(layer).write(batch.slots[t], buffers.key, at);
    }
  }

  /**
   * Multiplies the first elements of each head with the head's own matrix.
   *
   * @param x [tokens, heads, inSize]
   * @param out [tokens, heads, outSize], whose first elements are written
   */
  private void perHead(List<Linear> matrices, float[] x, int inSize, float[] out, int outSize) {
    int tokens = batch.tokens;
    int heads = matrices.size();
    for (int h = 0; h < heads; h++) {
      Linear matrix = matrices.get(h);
      int columns = matrix.columns();
      int rows = matrix.rows();
      headIn = grown(headIn, tokens * columns);
      headOut = grown(headOut, tokens * rows);
      for (int t = 0; t < tokens; t++) {
        System.arraycopy(x, (t * heads + h) * inSize, headIn, t * columns, columns);
      }
      batch.products.multiply(matrix, headIn, tokens, headOut);
      for (int t = 0; t < tokens; t++) {
        System.arraycopy(headOut, t * rows, out, (t * heads + h) * outSize, rows);
      }
    }
  }

  private static float[] grown(float[] array, int size) {
    return array.length < size ? new float[size] : array;
  }
}
