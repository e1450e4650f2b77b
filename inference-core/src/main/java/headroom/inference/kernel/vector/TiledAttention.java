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

  private TiledAttention() {}

  static void attend(
      Kernels kernels,
      AttentionShape shape,
      int kvHead,
      float[] query,
      int firstToken,
      int endToken,
      int position,
      KvRows keys,
      KvRows values,
      float[] out,
      Lane lane) {
    int keySize = shape.keySize();
    int valueSize = shape.valueSize();
    int queries = (endToken - firstToken) * shape.group();
    // Layout: keys [CELLS, keySize], values [CELLS, valueSize], scores [CELLS], then the largest
    // score and the sum of e^(score - largest) of each query.
    int valuesAt = CELLS * keySize;
    int scoresAt = valuesAt + CELLS * valueSize;
    int largestAt = scoresAt + CELLS;
    int sumAt = largestAt + queries;
    float[] memory = lane.floats(sumAt + queries);
    for (int q = 0; q < queries; q++) {
      // A sink is a score that came before all others.
      float sink = shape.sink(kvHead * shape.group() + q % shape.group());
      memory[largestAt + q] = sink;
      memory[sumAt + q] = Float.isInfinite(sink) ? 0 : 1;
      int o = outAt(shape, kvHead, firstToken, q);
      Arrays.fill(out, o, o + valueSize, 0);
    }
    int end = position + endToken;
    for (int tile = shape.firstVisible(position + firstToken); tile < end; tile += CELLS) {
      int cells = Math.min(CELLS, end - tile);
      for (int i = 0; i < cells; i++) {
        keys.read(tile + i, kvHead, memory, i * keySize);
        values.read(tile + i, kvHead, memory, valuesAt + i * valueSize);
      }
      for (int q = 0; q < queries; q++) {
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
        int o = outAt(shape, kvHead, firstToken, q);
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
    for (int q = 0; q < queries; q++) {
      scale(out, outAt(shape, kvHead, firstToken, q), valueSize, 1 / memory[sumAt + q]);
    }
  }

  private static int outAt(AttentionShape shape, int kvHead, int firstToken, int query) {
    int token = firstToken + query / shape.group();
    int head = kvHead * shape.group() + query % shape.group();
    return (token * shape.heads() + head) * shape.valueSize();
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
