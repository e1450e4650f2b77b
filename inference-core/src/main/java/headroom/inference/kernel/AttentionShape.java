package headroom.inference.kernel;

import headroom.inference.kvcache.KvShape;
import org.jspecify.annotations.Nullable;

/**
 * The attention of one layer.
 *
 * @param heads query heads, a multiple of {@code kvHeads}
 * @param kvHeads key-value heads
 * @param keySize elements of one head's query or key
 * @param valueSize elements of one head's value
 * @param scale what q · k is multiplied by
 * @param softcap c in c tanh(score / c) (Gemma 2, arXiv 2408.00118); infinite where scores are not
 *     capped, the limit of that formula
 * @param window tokens a query sees, itself included; {@link Integer#MAX_VALUE} sees all there can
 *     be
 * @param chunked true where the window does not slide but starts anew every {@code window} tokens
 *     (Llama 4)
 * @param sinks [heads] a score per head that takes part in the softmax without a value (gpt-oss,
 *     arXiv 2508.10925; the sinks of arXiv 2309.17453, learnt); null where there are none
 */
public record AttentionShape(
    int heads,
    int kvHeads,
    int keySize,
    int valueSize,
    float scale,
    float softcap,
    int window,
    boolean chunked,
    float @Nullable [] sinks) {
  public AttentionShape(
      int heads, int kvHeads, int keySize, int valueSize, float scale, float softcap, int window) {
    this(heads, kvHeads, keySize, valueSize, scale, softcap, window, false, null);
  }

  public AttentionShape {
    if (kvHeads < 1 || heads % kvHeads != 0) {
      throw new IllegalArgumentException(
          "found %d query heads over %d key-value heads; wanted a multiple"
              .formatted(heads, kvHeads));
    }
  }

  /** This attention with learnt sinks. */
  public AttentionShape withSinks(float[] scores) {
    return new AttentionShape(
        heads, kvHeads, keySize, valueSize, scale, softcap, window, chunked, scores);
  }

  /** This attention over the last {@code tokens} tokens. */
  public AttentionShape within(int tokens) {
    return new AttentionShape(
        heads, kvHeads, keySize, valueSize, scale, softcap, tokens, false, sinks);
  }

  /** This attention over the tokens of its own chunk of {@code tokens}. */
  public AttentionShape withinChunks(int tokens) {
    return new AttentionShape(
        heads, kvHeads, keySize, valueSize, scale, softcap, tokens, true, sinks);
  }

  /** Query heads that share one key-value head. */
  public int group() {
    return heads / kvHeads;
  }

  /** The first position that a query at {@code position} sees. */
  public int firstVisible(int position) {
    if (window > position) {
      return 0;
    }
    return chunked ? position - position % window : position - window + 1;
  }

  /** The score that enters the softmax, from q · k. */
  public float score(float dot) {
    float score = dot * scale;
    return Float.isInfinite(softcap) ? score : softcap * (float) Math.tanh(score / softcap);
  }

  public KvShape cache() {
    return new KvShape(kvHeads, keySize, valueSize, false, window);
  }

  /** The score of this head's sink; negative infinity, which weighs nothing, where it has none. */
  public float sink(int head) {
    return sinks == null ? Float.NEGATIVE_INFINITY : sinks[head];
  }
}
