package headroom.inference.transformer;

import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.PartialAttention;
import headroom.inference.kernel.Threads;
import headroom.inference.kvcache.KvCache;
import org.jspecify.annotations.Nullable;

/**
 * Divides the attention of a batch's queries to their caches over threads: by heads, or where a few
 * tokens see many cells, by cells (Flash-Decoding), so that no thread is idle for want of heads and
 * each reads its stretch of the cache in order.
 */
final class CachedAttention implements Threads.Task {
  /** Tokens that are handled together, so that a key is decoded once for all of them. */
  private static final int TOKENS_PER_PART = 16;

  /** Tokens of a sequence up to which cells are divided: what speculation verifies at once. */
  private static final int FEW_TOKENS = 8;

  /** Cells that are always one thread's: what joining costs is a hundredth of theirs. */
  private static final int CELLS_TOGETHER = 64;

  /** Parts of each thread, so that one that is held up leaves some to others. */
  private static final int PARTS_PER_THREAD = 4;

  private final Batch batch;
  private final AttentionCredit credit;
  private int[] firsts = {}; // [groups + 1] first token of each group, of one sequence each
  private int groups;
  private @Nullable AttentionShape shape;
  private int layer;
  private float[] query = {};
  private float[] out = {};
  private int parts; // of each group's cells
  private float[] partials = {}; // [groups][parts] as PartialAttention has them
  private final Threads.Task attendSome = this::attendSome;
  private final Threads.Task join = this::join;

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
    parts = partsOf(now);
    if (parts * groups < 2 * batch.threads.count()) {
      batch.threads.run(this, groups * now.kvHeads());
    } else {
      int size = parts * PartialAttention.size(now, batch.tokens);
      if (partials.length < size) {
        partials = new float[size];
      }
      batch.threads.run(attendSome, groups * parts);
      batch.threads.run(join, groups * now.kvHeads());
    }
    credit.give(now, layerIndex, queries);
  }

  /**
   * Parts that the cells of each group are worth dividing into; 0 where a group has many tokens.
   */
  private int partsOf(AttentionShape now) {
    int most = 0;
    for (int group = 0; group < groups; group++) {
      if (firsts[group + 1] - firsts[group] > FEW_TOKENS) {
        return 0;
      }
      most = Math.max(most, endCell(group) - firstCell(now, group));
    }
    int wanted = Math.ceilDiv(PARTS_PER_THREAD * batch.threads.count(), groups);
    return Math.min(wanted, most / CELLS_TOGETHER);
  }

  /** The first cell that a token of the group sees. */
  private int firstCell(AttentionShape now, int group) {
    return now.firstVisible(batch.cells[firsts[group]]);
  }

  private int endCell(int group) {
    return batch.cells[firsts[group + 1] - 1] + 1;
  }

  @Override
  public void run(int part, int all, Lane lane) {
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

  private void attendSome(int task, int tasks, Lane lane) {
    AttentionShape now = shape;
    if (now == null) {
      return;
    }
    int group = task / parts;
    int part = task % parts;
    int first = firsts[group];
    int end = firsts[group + 1];
    int from = firstCell(now, group);
    int cells = endCell(group) - from;
    KvCache cache = batch.caches[first];
    batch.kernels.attendSome(
        now,
        query,
        first,
        end,
        batch.cells[first] - first,
        from + bound(part, cells),
        from + bound(part + 1, cells),
        batch.seen(cache.keys(layer), first),
        batch.seen(cache.values(layer), first),
        partials,
        partialsAt(now, group) + part * PartialAttention.size(now, end - first),
        lane);
  }

  /** Where a part starts, in whole tiles but for the last one's end. */
  private int bound(int part, int cells) {
    long tiles = Math.ceilDiv(cells, CELLS_TOGETHER);
    return (int) Math.min(cells, part * tiles / parts * CELLS_TOGETHER);
  }

  private int partialsAt(AttentionShape now, int group) {
    return parts * PartialAttention.size(now, firsts[group]);
  }

  private void join(int task, int tasks, Lane lane) {
    AttentionShape now = shape;
    if (now == null) {
      return;
    }
    int group = task / now.kvHeads();
    PartialAttention.join(
        batch.kernels,
        now,
        task % now.kvHeads(),
        firsts[group],
        firsts[group + 1],
        partials,
        partialsAt(now, group),
        parts,
        out);
  }
}
