package headroom.inference.transformer;

import headroom.inference.kernel.AttentionShape;
import org.jspecify.annotations.Nullable;

/**
 * One layer. A norm that an architecture does not have is null.
 *
 * @param attention heads, sizes, window
 * @param rope how queries and keys are rotated
 * @param attentionNorm before attention
 * @param query [heads * keySize, embedding]
 * @param key [kvHeads * keySize, embedding]
 * @param value [kvHeads * valueSize, embedding]
 * @param queryNorm [keySize] over each query head, before rotation (Qwen 3)
 * @param keyNorm [keySize] over each key head, before rotation
 * @param output [embedding, heads * valueSize]
 * @param attentionPostNorm before attention is added to the residual (Gemma 2)
 * @param feedForwardNorm before the feed-forward network
 * @param feedForward dense or a mixture of experts
 * @param feedForwardPostNorm before its result is added to the residual
 */
public record LayerWeights(
    AttentionShape attention,
    RopeSpec rope,
    RmsNorm attentionNorm,
    Projection query,
    Projection key,
    Projection value,
    @Nullable RmsNorm queryNorm,
    @Nullable RmsNorm keyNorm,
    Projection output,
    @Nullable RmsNorm attentionPostNorm,
    RmsNorm feedForwardNorm,
    FeedForward feedForward,
    @Nullable RmsNorm feedForwardPostNorm) {}
