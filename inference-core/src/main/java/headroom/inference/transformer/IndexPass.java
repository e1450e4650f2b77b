package headroom.inference.transformer;

import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Threads;
import headroom.inference.kvcache.KvCache;
import headroom.inference.kvcache.KvRows;
import headroom.inference.kvcache.PathRows;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Runs {@link TokenSelection} over a batch. Queries and keys of indexers are not turned by a
 * Hadamard matrix as llama.cpp's are: that leaves their products as they are.
 */
final class IndexPass {
  private final Batch batch;
  private final Buffers buffers;
  private final Threads.Task rank = this::rank;
  private final Threads.Task attend = this::attend;
  private float[] query = {}; // [tokens, heads, keySize]
  private float[] key = {}; // [tokens, keySize]
  private float[] weight = {}; // [tokens, heads]
  private int[][] chosen = {}; // [tokens] cells, rising; empty where all are taken

  // What the tasks above work on: set before, read by all threads.
  private @Nullable TokenSelection selection;
  private @Nullable AttentionShape shape;
  private int layer;

  IndexPass(Batch batch) {
    this.batch = batch;
    this.buffers = batch.buffers;
  }

  /** Bytes of its own arrays; which tokens were chosen is not counted. */
  long bytes() {
    return (long) Float.BYTES * (query.length + key.length + weight.length);
  }

  /** True where a token of this batch sees more than are chosen. */
  boolean chooses(TokenSelection now) {
    for (int t = 0; t < batch.tokens; t++) {
      if (batch.cells[t] >= now.most()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Keeps the keys of this batch, and chooses for each token those of the layer that it attends to.
   *
   * @param x [tokens, embedding]
   * @param compressed [tokens, compressed query]
   */
  void choose(TokenSelection now, int layerIndex, float[] x, float[] compressed) {
    TokenSelection.Indexer indexer = now.indexer().orElseThrow();
    int heads = indexer.heads();
    int size = indexer.keySize();
    int tokens = batch.tokens;
    if (key.length < tokens * size) {
      query = new float[tokens * heads * size];
      key = new float[tokens * size];
      weight = new float[tokens * heads];
      chosen = new int[tokens][];
    }
    batch.products.multiply(indexer.query(), compressed, tokens, query);
    batch.products.from(x, tokens).into(indexer.key(), key).into(indexer.weight(), weight).run();
    batch.normalise(indexer.keyNorm(), key, key);
    for (int t = 0; t < tokens; t++) {
      batch.rotations.rotate(indexer.rope(), t, query, t * heads * size, heads, size);
      batch.rotations.rotate(indexer.rope(), t, key, t * size, 1, size);
      batch.caches[t].index(layerIndex).write(batch.slots[t], key, t * size);
    }
    selection = now;
    layer = layerIndex;
    if (chooses(now)) {
      batch.threads.run(rank, tokens);
    }
  }

  private void rank(int token, int parts, Lane lane) {
    TokenSelection now = selection;
    if (now == null || batch.cells[token] < now.most()) {
      return;
    }
    TokenSelection.Indexer indexer = now.indexer().orElseThrow();
    KvRows keys = batch.seen(batch.caches[token].index(layer), token);
    int cells = batch.cells[token] + 1;
    int size = indexer.keySize();
    float[] row = new float[size];
    long[] ranked = new long[cells];
    for (int cell = 0; cell < cells; cell++) {
      keys.read(cell, 0, row, 0);
      ranked[cell] = (long) ordered(score(indexer, token, row)) << Integer.SIZE | cell;
    }
    Arrays.sort(ranked);
    int[] best = new int[now.most()];
    for (int i = 0; i < best.length; i++) {
      best[i] = (int) ranked[cells - 1 - i];
    }
    Arrays.sort(best);
    chosen[token] = best;
  }

  private float score(TokenSelection.Indexer indexer, int token, float[] row) {
    int heads = indexer.heads();
    int size = indexer.keySize();
    float sum = 0;
    for (int head = 0; head < heads; head++) {
      int at = (token * heads + head) * size;
      float product = 0;
      for (int i = 0; i < size; i++) {
        product += query[at + i] * row[i];
      }
      sum += Math.max(0, product) * weight[token * heads + head];
    }
    return sum;
  }

  /** An int that is as much above others as the float is. */
  private static int ordered(float value) {
    int bits = Float.floatToIntBits(value);
    return bits ^ (bits >> (Integer.SIZE - 1) & Integer.MAX_VALUE);
  }

  /** Attends to those tokens that were chosen last, from the batch's queries. */
  void attend(TokenSelection now, AttentionShape attention, int layerIndex) {
    selection = now;
    shape = attention;
    layer = layerIndex;
    batch.threads.run(attend, batch.tokens * attention.kvHeads());
  }

  private void attend(int part, int parts, Lane lane) {
    AttentionShape now = shape;
    TokenSelection selected = selection;
    if (now == null || selected == null) {
      return;
    }
    int token = part / now.kvHeads();
    KvCache cache = batch.caches[token];
    KvRows keys = batch.seen(cache.keys(layer), token);
    KvRows values = batch.seen(cache.values(layer), token);
    int last = batch.cells[token];
    if (last >= selected.most()) {
      keys = new PathRows(keys, 0, chosen[token]);
      values = new PathRows(values, 0, chosen[token]);
      last = selected.most() - 1;
    }
    batch.kernels.attend(
        now,
        part % now.kvHeads(),
        buffers.query,
        token,
        token + 1,
        last - token,
        keys,
        values,
        buffers.attended,
        lane);
  }
}
