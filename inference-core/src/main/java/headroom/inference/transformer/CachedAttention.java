package headroom.inference.transformer;

import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Threads;
import headroom.inference.kvcache.KvCache;
import org.jspecify.annotations.Nullable;

/** Divides the attention of a batch's queries to their caches over threads. */
final class CachedAttention implements Threads.Task {
  /** Tokens that are handled together, so that a key is decoded once for all of them. */
  private static final int TOKENS_PER_PART = 16;

  private final Batch batch;
  private final AttentionCredit credit;
  private int[] firsts = {}; // [groups + 1] first token of each group, of one sequence each
  private int groups;
  private @Nullable AttentionShape shape;
  private int layer;
  private float[] query = {};
  private float[] out = {};

  CachedAttention(Batch batch) {
    this.batch = batch;
    this.credit = new AttentionCredit(batch);
  }

  /** Groups the tokens of a batch. */
  void start() {
    if (firsts.length < batch.tokens + 1) {
      firsts = new int[batch.tokens + 1];
    }
    groups = 0;
    for (int token = 0; token < batch.tokens; token++) {
      if (groups == 0
          || token - firsts[groups - 1] == TOKENS_PER_PART
          || batch.caches[token] != batch.caches[token - 1]
          || batch.paths[token] != batch.paths[token - 1]) {
        firsts[groups++] = token;
      }
    }
    firsts[groups] = batch.tokens;
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
    batch.threads.run(this, groups * now.kvHeads());
    credit.give(now, layerIndex, queries);
  }

  @Override
  public void run(int part, int parts, Lane lane) {
    AttentionShape now = shape;
    if (now == null) {
      return;
    }
    int group = part / now.kvHeads();
    int first = firsts[group];
    KvCache cache = batch.caches[first];
    batch.kernels.attend(
        now,
        part % now.kvHeads(),
        query,
        first,
        firsts[group + 1],
        batch.cells[first] - first,
        batch.seen(cache.keys(layer), first),
        batch.seen(cache.values(layer), first),
        out,
        lane);
  }
}
