package headroom.inference.transformer;

/**
 * The hyper-parameters that belong to no single layer.
 *
 * @param architecture {@code general.architecture}
 * @param embeddingSize width of the residual stream
 * @param vocabularySize tokens it knows
 * @param contextLength tokens it was trained for
 * @param scaling constants along the residual stream
 */
public record TransformerSpec(
    String architecture,
    int embeddingSize,
    int vocabularySize,
    int contextLength,
    Scaling scaling) {

  /**
   * What passes through the network is multiplied by, 1 for most architectures (Gemma, arXiv
   * 2403.08295; Granite, arXiv 2408.13359 after μP, arXiv 2203.03466).
   *
   * @param embedding of token embeddings
   * @param residual of what a layer adds to the residual stream
   * @param logits of the output matrix's products
   * @param logitSoftcap c in c tanh(logit / c) (Gemma 2, arXiv 2408.00118); infinite where logits
   *     are not capped, the limit of that formula
   */
  public record Scaling(float embedding, float residual, float logits, float logitSoftcap) {
    /** No scaling at all. */
    public static final Scaling NONE = new Scaling(1, 1, 1, Float.POSITIVE_INFINITY);
  }
}
