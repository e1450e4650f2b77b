package headroom.inference.kernel.vector;

import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.Lane;
import headroom.inference.kvcache.KvRows;
import java.util.Arrays;

/**
 * Attention over tiles of the cache with a running softmax (Milakov and Gimelshein 2018, arXiv
 * 1805.02867; FlashAttention, arXiv 2205.14135): a tile is decoded once for all the queries that
 * see it.
 */
final class TiledAttention {
  /** Cells per tile: keys and values of 128 elements then take 32 KiB, a first-level cache. */
  private static final int CELLS = 32;

  private final Kernels kernels;
  private final AttentionShape shape;
  private final int firstToken;
  private final int endToken;
  private final float[] out;
  private final int outOffset;
  private final int outStride;

  // Where things start in the lane's memory: keys [CELLS, keySize], values [CELLS, valueSize],
  // scores [CELLS], then the largest score and the sum of e^(score - largest) of each query.
  private final int valuesAt;
  private final int scoresAt;
  private final int largestAt;
  private final int sumAt;

  /**
   * @param outOffset where the first head of token 0 starts
   * @param outStride from one head to the next
   */
  TiledAttention(
      Kernels kernels,
      AttentionShape shape,
      int firstToken,
      int endToken,
      float[] out,
      int outOffset,
      int outStride) {
    this.kernels = kernels;
    this.shape = shape;
    this.firstToken = firstToken;
    this.endToken = endToken;
    this.out = out;
    this.outOffset = outOffset;
    this.outStride = outStride;
    valuesAt = CELLS * shape.keySize();
    scoresAt = valuesAt + CELLS * shape.valueSize();
    largestAt = scoresAt + CELLS;
    sumAt = largestAt + queries();
  }

  private int queries() {
    return (endToken - firstToken) * shape.group();
  }

  /** To all cells there are. */
  void attend(int kvHead, float[] query, int position, KvRows keys, KvRows values, Lane lane) {
    float[] memory = lane.floats(sumAt + queries());
    for (int q = 0; q < queries(); q++) {
      // A sink is a score that came before all others.
      start(kvHead, q, shape.sink(kvHead * shape.group() + q % shape.group()), memory);
    }
    int first = shape.firstVisible(position + firstToken);
    visit(kvHead, query, position, first, position + endToken, keys, values, memory);
    for (int q = 0; q < queries(); q++) {
      scale(out, outAt(kvHead, q), shape.valueSize(), 1 / memory[sumAt + q]);
    }
  }

  /** To some cells, leaving the largest score and the sum behind the values. */
  void attendSome(
      int kvHead,
      float[] query,
      int position,
      int firstCell,
      int endCell,
      KvRows keys,
      KvRows values,
      Lane lane) {
    float[] memory = lane.floats(sumAt + queries());
    for (int q = 0; q < queries(); q++) {
      start(kvHead, q, Float.NEGATIVE_INFINITY, memory);
    }
    visit(kvHead, query, position, firstCell, endCell, keys, values, memory);
    for (int q = 0; q < queries(); q++) {
      int o = outAt(kvHead, q) + shape.valueSize();
      out[o] = memory[largestAt + q];
      out[o + 1] = memory[sumAt + q];
    }
  }

  private void start(int kvHead, int q, float score, float[] memory) {
    memory[largestAt + q] = score;
    memory[sumAt + q] = Float.isInfinite(score) ? 0 : 1;
    int o = outAt(kvHead, q);
    Arrays.fill(out, o, o + shape.valueSize(), 0);
  }

  private void visit(
      int kvHead,
      float[] query,
      int position,
      int firstCell,
      int endCell,
      KvRows keys,
      KvRows values,
      float[] memory) {
    int keySize = shape.keySize();
    int valueSize = shape.valueSize();
    for (int tile = firstCell; tile < endCell; tile += CELLS) {
      int cells = Math.min(CELLS, endCell - tile);
      for (int i = 0; i < cells; i++) {
        keys.read(tile + i, kvHead, memory, i * keySize);
        values.read(tile + i, kvHead, memory, valuesAt + i * valueSize);
      }
      for (int q = 0; q < queries(); q++) {
        int token = firstToken + q / shape.group();
        int first = Math.max(0, shape.firstVisible(position + token) - tile);
        int last = Math.min(cells, position + token + 1 - tile);
        if (first >= last) {
          continue;
        }
        int head = kvHead * shape.group() + q % shape.group();
        int queryAt = (token * shape.heads() + head) * keySize;
        float largest = memory[largestAt + q];
        for (int i = first; i < last; i++) {
          float score = shape.score(ArrayDot.dot(query, queryAt, memory, i * keySize, keySize));
          memory[scoresAt + i] = score;
          largest = Math.max(largest, score);
        }
        int o = outAt(kvHead, q);
        float shrink = (float) Math.exp(memory[largestAt + q] - largest);
        if (shrink != 1) {
          scale(out, o, valueSize, shrink);
        }
        float sum = memory[sumAt + q] * shrink;
        for (int i = first; i < last; i++) {
          float share = (float) Math.exp(memory[scoresAt + i] - largest);
          sum += share;
          kernels.addScaled(out, o, share, memory, valuesAt + i * valueSize, valueSize);
        }
        memory[largestAt + q] = largest;
        memory[sumAt + q] = sum;
      }
    }
  }

  private int outAt(int kvHead, int query) {
    int token = firstToken + query / shape.group();
    int head = kvHead * shape.group() + query % shape.group();
    return outOffset + (token * shape.heads() + head) * outStride;
  }

  private static void scale(float[] x, int offset, int size, float factor) {
    int i = 0;
    for (; i <= size - Wide.LANES; i += Wide.LANES) {
      Wide.load(x, offset + i).mul(factor).intoArray(x, offset + i);
    }
    for (; i < size; i++) {
      x[offset + i] *= factor;
    }
  }
}
