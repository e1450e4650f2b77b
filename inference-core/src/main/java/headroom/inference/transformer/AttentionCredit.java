package headroom.inference.transformer;

import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Threads;
import headroom.inference.kvcache.KvCache;
import headroom.inference.kvcache.KvRows;
import org.jspecify.annotations.Nullable;

/**
 * Tells caches that evict by it what each query gave to each cell: the weights of the softmax,
 * summed over the query heads that share a key (H2O, arXiv 2306.14048, section 4).
 */
final class AttentionCredit implements Threads.Task {
  private final Batch batch;
  private @Nullable AttentionShape shape;
  private int layer;
  private float[] query = {};

  AttentionCredit(Batch batch) {
    this.batch = batch;
  }

  /**
   * @param queries [tokens, heads, keySize]
   */
  void give(AttentionShape now, int layerIndex, float[] queries) {
    boolean wanted = false;
    for (int token = 0; token < batch.tokens; token++) {
      wanted |= batch.caches[token].wantsCredit();
    }
    if (wanted) {
      shape = now;
      layer = layerIndex;
      query = queries;
      batch.threads.run(this, now.kvHeads());
    }
  }

  @Override
  public void run(int kvHead, int kvHeads, Lane lane) {
    AttentionShape now = shape;
    if (now == null) {
      return;
    }
    for (int token = 0; token < batch.tokens; token++) {
      KvCache cache = batch.caches[token];
      if (cache.wantsCredit()) {
        for (int head = kvHead * now.group(); head < (kvHead + 1) * now.group(); head++) {
          give(now, cache, token, kvHead, head, lane);
        }
      }
    }
  }

  private void give(AttentionShape now, KvCache cache, int token, int kvHead, int head, Lane lane) {
    int keySize = now.keySize();
    int visible = batch.cells[token] + 1;
    float[] memory = lane.floats(keySize + visible + 1); // a key, the scores, the sink
    int queryAt = (token * now.heads() + head) * keySize;
    KvRows keys = cache.keys(layer);
    for (int cell = 0; cell < visible; cell++) {
      keys.read(cell, kvHead, memory, 0);
      float dot = 0;
      for (int i = 0; i < keySize; i++) {
        dot += query[queryAt + i] * memory[i];
      }
      memory[keySize + cell] = now.score(dot);
    }
    memory[keySize + visible] = now.sink(head);
    batch.kernels.softmax(memory, keySize, visible + 1);
    for (int cell = 0; cell < visible; cell++) {
      cache.credit(layer, kvHead, cell, memory[keySize + cell]);
    }
  }
}
