package headroom.inference.transformer;

/**
 * The hyper-parameters that belong to no single layer.
 *
 * @param architecture {@code general.architecture}
 * @param embeddingSize width of the residual stream
 * @param vocabularySize tokens it knows
 * @param contextLength tokens it was trained for
 * @param embeddingScale what token embeddings are multiplied by, 1 for most
 * @param logitSoftcap c in c tanh(logit / c) (Gemma 2, arXiv 2408.00118); infinite where logits are
 *     not capped, the limit of that formula
 */
public record TransformerSpec(
    String architecture,
    int embeddingSize,
    int vocabularySize,
    int contextLength,
    float embeddingScale,
    float logitSoftcap) {}
