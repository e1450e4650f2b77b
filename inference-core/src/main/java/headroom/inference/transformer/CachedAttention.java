package headroom.inference.transformer;

import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Threads;
import org.jspecify.annotations.Nullable;

/** Divides the attention of a batch's queries to the cache over threads. */
final class CachedAttention implements Threads.Task {
  /** Tokens that are handled together, so that a key is decoded once for all of them. */
  private static final int TOKENS_PER_PART = 16;

  private final Batch batch;
  private @Nullable AttentionShape shape;
  private int layer;
  private float[] query = {};
  private float[] out = {};

  CachedAttention(Batch batch) {
    this.batch = batch;
  }

  /**
   * @param queries [tokens, heads, keySize]
   * @param attended [tokens, heads, valueSize]
   */
  void attend(AttentionShape now, int layerIndex, float[] queries, float[] attended) {
    shape = now;
    layer = layerIndex;
    query = queries;
    out = attended;
    batch.threads.run(this, Math.ceilDiv(batch.tokens, TOKENS_PER_PART) * now.kvHeads());
  }

  @Override
  public void run(int part, int parts, Lane lane) {
    AttentionShape now = shape;
    if (now == null) {
      return;
    }
    int first = part / now.kvHeads() * TOKENS_PER_PART;
    batch.kernels.attend(
        now,
        part % now.kvHeads(),
        query,
        first,
        Math.min(batch.tokens, first + TOKENS_PER_PART),
        batch.position,
        batch.cache.keys(layer),
        batch.cache.values(layer),
        out,
        lane);
  }
}
