package headroom.inference.transformer;

import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Threads;
import headroom.inference.kvcache.KvCache;
import org.jspecify.annotations.Nullable;

/** Runs {@link Attention} over a batch. */
final class AttentionPass {
  private final Batch batch;
  private final Buffers buffers;
  private final CachedAttention cached;
  private final QueryGates gates;
  private final Threads.Task prepare = this::prepare;

  private final Threads.Task prepareQuery = this::prepareQuery;

  // What the tasks above work on: set before, read by all threads.
  private @Nullable Attention attention;
  private @Nullable BorrowedAttention borrowed;
  private int layer;

  AttentionPass(Batch batch, CachedAttention cached) {
    this.batch = batch;
    this.buffers = batch.buffers;
    this.cached = cached;
    this.gates = new QueryGates(buffers);
  }

  /** out[t] = attention(x[t]) for every token; keys and values go into the cache. */
  void run(Attention now, int layerIndex, float[] x, float[] out) {
    attention = now;
    layer = layerIndex;
    int tokens = batch.tokens;
    batch
        .products
        .from(x, tokens)
        .into(now.matrices().query(), buffers.query)
        .into(now.matrices().key(), buffers.key)
        .into(now.matrices().value(), buffers.value)
        .run();
    if (now.gated()) {
      gates.split(now.shape(), tokens);
    }
    batch.times.end(Operation.QUERY_KEY_VALUE);
    batch.threads.run(prepare, tokens);
    batch.times.end(Operation.ROTATION);
    cached.attend(now.shape(), layerIndex, buffers.query, buffers.attended);
    if (now.gated()) {
      gates.apply(now.shape(), tokens);
    }
    Norm attended = now.norms().attended();
    if (attended != null) {
      batch.normalise(attended, buffers.attended, buffers.attended);
    }
    batch.times.end(Operation.ATTENTION);
    batch.products.multiply(now.matrices().output(), buffers.attended, tokens, out);
    batch.times.end(Operation.ATTENTION_OUTPUT);
  }

  /** out[t] = attention(x[t]) for every token, to the keys and values of an earlier layer. */
  void run(BorrowedAttention now, int layerIndex, float[] x, float[] out) {
    borrowed = now;
    batch.products.multiply(now.query(), x, batch.tokens, buffers.query);
    batch.times.end(Operation.QUERY_KEY_VALUE);
    batch.threads.run(prepareQuery, batch.tokens);
    batch.times.end(Operation.ROTATION);
    cached.attend(now.shape(), layerIndex, buffers.query, buffers.attended);
    batch.times.end(Operation.ATTENTION);
    batch.products.multiply(now.output(), buffers.attended, batch.tokens, out);
    batch.times.end(Operation.ATTENTION_OUTPUT);
  }

  /** Norms and rotates one token's queries. */
  private void prepareQuery(int token, int parts, Lane lane) {
    BorrowedAttention now = borrowed;
    if (now == null) {
      return;
    }
    int heads = now.shape().heads();
    int size = now.shape().keySize();
    int at = token * heads * size;
    normalise(now.queryNorm(), buffers.query, at, heads * size);
    batch.rotations.rotate(now.rope(), token, buffers.query, at, heads, size);
  }

  /** Norms and rotates one token's queries and keys, and stores keys and values. */
  private void prepare(int token, int parts, Lane lane) {
    Attention now = attention;
    if (now == null) {
      return;
    }
    AttentionShape shape = now.shape();
    int queryAt = token * shape.heads() * shape.keySize();
    int keyAt = token * shape.kvHeads() * shape.keySize();
    if (!now.norms().rotatedFirst()) {
      normalise(now, queryAt, keyAt);
    }
    batch.rotations.rotate(
        now.rope(), token, buffers.query, queryAt, shape.heads(), shape.keySize());
    KvCache cache = batch.caches[token];
    if (!cache.turnsKeys()) {
      batch.rotations.rotate(
          now.rope(), token, buffers.key, keyAt, shape.kvHeads(), shape.keySize());
    }
    if (now.norms().rotatedFirst()) {
      normalise(now, queryAt, keyAt);
    }
    warm(
        now.temperature(),
        batch.positions[token],
        buffers.query,
        queryAt,
        shape.heads() * shape.keySize());
    int cell = batch.slots[token];
    int valueAt = token * shape.kvHeads() * shape.valueSize();
    normalise(now.norms().value(), buffers.value, valueAt, shape.kvHeads() * shape.valueSize());
    cache.keys(layer).write(cell, buffers.key, keyAt);
    cache.values(layer).write(cell, buffers.value, valueAt);
  }

  private void normalise(Attention now, int queryAt, int keyAt) {
    AttentionShape shape = now.shape();
    normalise(now.norms().query(), buffers.query, queryAt, shape.heads() * shape.keySize());
    normalise(now.norms().key(), buffers.key, keyAt, shape.kvHeads() * shape.keySize());
  }

  /** Norms every {@code norm.size()} elements of a token's heads. */
  private void normalise(@Nullable Norm norm, float[] x, int start, int size) {
    if (norm != null) {
      for (int at = start; at < start + size; at += norm.size()) {
        norm.apply(batch.kernels, x, at, x, at);
      }
    }
  }

  /** Multiplies a query by what its position asks for. */
  static void warm(
      @Nullable QueryTemperature temperature, int position, float[] query, int start, int size) {
    if (temperature != null) {
      float factor = temperature.at(position);
      for (int i = start; i < start + size; i++) {
        query[i] *= factor;
      }
    }
  }
}
