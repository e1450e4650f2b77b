package headroom.inference.architecture;

import headroom.inference.kernel.AttentionShape;

/**
 * The attention heads of one layer.
 *
 * @param count {@code attention.head_count}
 * @param kvCount {@code attention.head_count_kv}
 * @param keySize {@code attention.key_length}
 * @param valueSize {@code attention.value_length}
 */
record Heads(int count, int kvCount, int keySize, int valueSize) {
  int queryRows() {
    return count * keySize;
  }

  int keyRows() {
    return kvCount * keySize;
  }

  int valueRows() {
    return kvCount * valueSize;
  }

  int attendedColumns() {
    return count * valueSize;
  }

  /** Attention to everything before, scores scaled by 1/√keySize (arXiv 1706.03762, eq. 1). */
  AttentionShape shape() {
    return shape((float) (1 / Math.sqrt(keySize)), Float.POSITIVE_INFINITY);
  }

  AttentionShape shape(float scale, float softcap) {
    return new AttentionShape(
        count, kvCount, keySize, valueSize, scale, softcap, Integer.MAX_VALUE);
  }
}
