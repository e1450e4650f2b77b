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
 * @param perLayer what of its own embedding it adds in the end; null where it has none
 * @param outputScale what the residual stream is multiplied by in the end, 1 for most
 */
public record LayerWeights(
    @Nullable Norm mixerNorm,
    TokenMixer mixer,
    @Nullable Norm mixerPostNorm,
    @Nullable Norm feedForwardNorm,
    FeedForward feedForward,
    @Nullable Norm feedForwardPostNorm,
    boolean parallel,
    PerLayerEmbedding.@Nullable Layer perLayer,
    float outputScale) {
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

  /** Two halves, one after the other or at once, and nothing behind them. */
  public LayerWeights(
      @Nullable Norm mixerNorm,
      TokenMixer mixer,
      @Nullable Norm mixerPostNorm,
      @Nullable Norm feedForwardNorm,
      FeedForward feedForward,
      @Nullable Norm feedForwardPostNorm,
      boolean parallel) {
    this(
        mixerNorm,
        mixer,
        mixerPostNorm,
        feedForwardNorm,
        feedForward,
        feedForwardPostNorm,
        parallel,
        null,
        1);
  }

  /** This layer with what Gemma 4 does in the end. */
  public LayerWeights ending(PerLayerEmbedding.@Nullable Layer own, float scale) {
    return new LayerWeights(
        mixerNorm,
        mixer,
        mixerPostNorm,
        feedForwardNorm,
        feedForward,
        feedForwardPostNorm,
        parallel,
        own,
        scale);
  }

  /** Both halves at once, after one norm. */
  public static LayerWeights parallel(Norm norm, TokenMixer mixer, FeedForward feedForward) {
    return new LayerWeights(norm, mixer, null, null, feedForward, null, true);
  }
}
