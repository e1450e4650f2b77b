package headroom.inference.architecture;

import headroom.inference.kernel.AttentionShape;

/**
 * The sizes that most tensors of a model are made of.
 *
 * @param layers {@code block_count}
 * @param embedding {@code embedding_length}
 * @param feedForward {@code feed_forward_length}
 * @param vocabulary rows of the token embedding
 * @param context {@code context_length}
 * @param heads {@code attention.head_count}
 * @param kvHeads {@code attention.head_count_kv}
 * @param keySize {@code attention.key_length}
 * @param valueSize {@code attention.value_length}
 * @param epsilon {@code attention.layer_norm_rms_epsilon}
 */
record Dimensions(
    int layers,
    int embedding,
    int feedForward,
    int vocabulary,
    int context,
    int heads,
    int kvHeads,
    int keySize,
    int valueSize,
    float epsilon) {

  int queryRows() {
    return heads * keySize;
  }

  int keyRows() {
    return kvHeads * keySize;
  }

  int valueRows() {
    return kvHeads * valueSize;
  }

  int attendedColumns() {
    return heads * valueSize;
  }

  /** Attention to everything before, scores scaled by 1/√keySize (arXiv 1706.03762, eq. 1). */
  AttentionShape attention() {
    return attention((float) (1 / Math.sqrt(keySize)), Float.POSITIVE_INFINITY, Integer.MAX_VALUE);
  }

  AttentionShape attention(float scale, float softcap, int window) {
    return new AttentionShape(heads, kvHeads, keySize, valueSize, scale, softcap, window);
  }
}
