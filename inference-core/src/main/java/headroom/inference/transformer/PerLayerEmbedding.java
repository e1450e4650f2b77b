package headroom.inference.transformer;

import headroom.inference.tensor.Tensor;

/**
 * Per-layer embeddings (Gemma 3n and 4): every layer is told once more which token it works on, by
 * a table and by a projection of the token's embedding.
 *
 * @param table [vocabulary, layers * size]
 * @param projection [layers * size, embedding]
 * @param norm [size] of what is projected for one layer
 */
public record PerLayerEmbedding(Tensor table, Projection projection, RmsNorm norm) {

  /**
   * What a layer adds of it to the residual stream: norm(projection(gelu(gate(x)) * embedding)).
   *
   * @param gate [size, embedding]
   * @param projection [embedding, size]
   * @param norm [embedding]
   */
  public record Layer(Projection gate, Projection projection, Norm norm) {}

  int size() {
    return norm.size();
  }

  /** Elements per token, of all layers. */
  int width() {
    return table.columns();
  }
}
