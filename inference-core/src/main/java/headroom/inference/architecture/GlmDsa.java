package headroom.inference.architecture;

import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.TokenSelection;

/**
 * GLM-5 (arXiv 2602.15763): the layers of DeepSeek-V3.2; from 5.2 on most take the tokens that an
 * earlier one chose.
 */
final class GlmDsa implements Architecture {
  /** {@code n_ctx_train} from which on glm-dsa.cpp of llama.cpp takes a model for GLM-5.2. */
  private static final int CONTEXT_5_2 = 1_048_576;

  /** Layers of 5.2 with indexers: the first three, then each fourth ({@code indexer_types}). */
  private static final int LEADING = 3;

  private static final int PERIOD = 4;

  @Override
  public Loaded read(ModelReader in) {
    RopeSpec rope = IndexerReader.rope(in);
    LatentReader latent = new LatentReader(in, rope, null);
    IndexerReader indexer = new IndexerReader(in, rope);
    return in.model(
        in.dimensions(),
        layer ->
            layer.standard(
                latent.read(layer, selection(layer, indexer)),
                Deepseek2.network(layer, Gating.SIGMOID)));
  }

  private static TokenSelection selection(LayerReader layer, IndexerReader indexer) {
    if (chooses(layer)) {
      return indexer.own(layer);
    }
    if (layer.index() == 0) {
      throw layer
          .model()
          .fault(
              "key 'glm-dsa.attention.indexer.types' says that layer 0 has no indexer; wanted one"
                  + " before the layers that share its choice");
    }
    return indexer.shared();
  }

  private static boolean chooses(LayerReader layer) {
    ModelReader in = layer.model();
    if (in.has("attention.indexer.types", layer.index())) {
      return in.findCount("attention.indexer.types", layer.index()).isPresent();
    }
    return in.count("context_length") < CONTEXT_5_2
        || layer.index() < LEADING
        || layer.index() % PERIOD == LEADING - 1;
  }
}
