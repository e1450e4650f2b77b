package headroom.inference.architecture;

import headroom.inference.transformer.PerLayerEmbedding;

/**
 * Per-layer embeddings, as files of Gemma 3n and 4 store them.
 *
 * @param width elements for one layer: {@code embedding_length_per_layer_input}
 */
record PerLayerReader(int width) {
  /** What tells all layers of a token. */
  PerLayerEmbedding embedding(ModelReader in, Dimensions size) {
    long all = (long) width * size.layers();
    if (all > Integer.MAX_VALUE) {
      throw in.fault(
          "key '….embedding_length_per_layer_input' is %d for %d layers; wanted rows of fewer than"
              + " 2^31",
          width, size.layers());
    }
    return new PerLayerEmbedding(
        in.tensor("per_layer_token_embd.weight", all, size.vocabulary()),
        in.projection("per_layer_model_proj", size.embedding(), (int) all),
        in.norm("per_layer_proj_norm", width));
  }

  /** What one layer makes of it. */
  PerLayerEmbedding.Layer layer(LayerReader layer) {
    return new PerLayerEmbedding.Layer(
        layer.projection("inp_gate", layer.embedding(), width),
        layer.projection("proj", width, layer.embedding()),
        layer.norm("post_norm"));
  }
}
