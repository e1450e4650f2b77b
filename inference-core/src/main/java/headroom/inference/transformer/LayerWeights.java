package headroom.inference.transformer;

import org.jspecify.annotations.Nullable;

/**
 * One layer. A norm that an architecture does not have is null.
 *
 * @param mixerNorm before attention; null where only results are normed (OLMo 2)
 * @param mixer attention of some kind
 * @param mixerPostNorm before its result is added to the residual (Gemma 2)
 * @param feedForwardNorm before the feed-forward network
 * @param feedForward dense or a mixture of experts
 * @param feedForwardPostNorm before its result is added to the residual
 * @param parallel true where the network reads what attention reads, not its result; without a norm
 *     of its own it reads the same norm's (GPT-J, PaLM: arXiv 2204.02311)
 */
public record LayerWeights(
    @Nullable Norm mixerNorm,
    TokenMixer mixer,
    @Nullable Norm mixerPostNorm,
    @Nullable Norm feedForwardNorm,
    FeedForward feedForward,
    @Nullable Norm feedForwardPostNorm,
    boolean parallel) {
  /** One half after the other. */
  public LayerWeights(
      @Nullable Norm mixerNorm,
      TokenMixer mixer,
      @Nullable Norm mixerPostNorm,
      @Nullable Norm feedForwardNorm,
      FeedForward feedForward,
      @Nullable Norm feedForwardPostNorm) {
    this(mixerNorm, mixer, mixerPostNorm, feedForwardNorm, feedForward, feedForwardPostNorm, false);
  }

  /** Both halves at once, after one norm. */
  public static LayerWeights parallel(Norm norm, TokenMixer mixer, FeedForward feedForward) {
    return new LayerWeights(norm, mixer, null, null, feedForward, null, true);
  }
}
