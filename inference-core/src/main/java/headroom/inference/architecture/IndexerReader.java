package headroom.inference.architecture;

import headroom.inference.transformer.LayerNorm;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.TokenSelection;
import java.util.Optional;

/** The indexers of DeepSeek sparse attention, as files store them. */
final class IndexerReader {
  /** {@code f_norm_eps} in deepseek32.cpp of llama.cpp; files do not say it. */
  private static final float EPSILON = 1e-6f;

  private final ModelReader in;
  private final RopeSpec rope;
  private final int heads;
  private final int keySize;
  private final int most;

  /**
   * @param rope of the first elements of indexers' queries and keys
   */
  IndexerReader(ModelReader in, RopeSpec rope) {
    this.in = in;
    this.rope = rope;
    this.heads = in.count("attention.indexer.head_count");
    this.keySize = in.count("attention.indexer.key_length");
    this.most = in.count("attention.indexer.top_k");
    if (rope.dimensions() > keySize) {
      throw in.fault(
          "keys '….attention.indexer.key_length' and '….rope.dimension_count' are %d and %d; wanted"
              + " keys of indexers that hold what is rotated",
          keySize, rope.dimensions());
    }
  }

  /** The file's multiplier is a tenth of {@code mscale_all_dim}, see {@link LatentReader}. */
  static RopeSpec rope(ModelReader in) {
    return Deepseek2.rope(in, 10 * in.findNumber("rope.scaling.yarn_log_multiplier").orElse(0f));
  }

  /** The tokens that this layer's own indexer chooses. */
  TokenSelection own(LayerReader layer) {
    int embedding = layer.embedding();
    int rows = layer.rows("indexer.attn_q_b.weight", (long) heads * keySize);
    return new TokenSelection(
        most,
        Optional.of(
            new TokenSelection.Indexer(
                layer.projection("indexer.attn_q_b", in.count("attention.q_lora_rank"), rows),
                layer.projection("indexer.attn_k", embedding, keySize),
                new LayerNorm(
                    in.vector(layer.name("indexer.k_norm.weight"), keySize),
                    in.vector(layer.name("indexer.k_norm.bias"), keySize),
                    EPSILON),
                layer.projection("indexer.proj", embedding, heads),
                rope)));
  }

  /** The tokens that an earlier layer chose. */
  TokenSelection shared() {
    return new TokenSelection(most, Optional.empty());
  }
}
