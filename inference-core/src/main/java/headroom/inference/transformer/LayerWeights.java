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
 */
public record LayerWeights(
    @Nullable Norm mixerNorm,
    TokenMixer mixer,
    @Nullable Norm mixerPostNorm,
    @Nullable Norm feedForwardNorm,
    FeedForward feedForward,
    @Nullable Norm feedForwardPostNorm) {}
