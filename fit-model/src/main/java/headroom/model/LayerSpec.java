package headroom.model;

import java.util.Optional;

/**
 * One layer.
 *
 * @param attention its token mixer
 * @param feedForward what follows it
 * @param ownsCache false where the layer reads the keys and values of an earlier one (Gemma 3n, 4)
 * @param beside a recurrent mixer that works beside the attention (Falcon-H1, arXiv 2507.22448)
 */
public record LayerSpec(
    AttentionSpec attention,
    FeedForward feedForward,
    boolean ownsCache,
    Optional<AttentionSpec.Recurrent> beside) {
  /** A layer with one token mixer. */
  public LayerSpec(AttentionSpec attention, FeedForward feedForward, boolean ownsCache) {
    this(attention, feedForward, ownsCache, Optional.empty());
  }

  /** The same layer with another token mixer. */
  public LayerSpec withAttention(AttentionSpec other) {
    return new LayerSpec(other, feedForward, ownsCache, beside);
  }

  /** The same layer with attention to every cached token, as drafting layers have it. */
  public LayerSpec withoutIndexer() {
    return attention instanceof AttentionSpec.LatentAttention latent && latent.indexer().isPresent()
        ? withAttention(
            new AttentionSpec.LatentAttention(
                latent.heads(),
                latent.latentSize(),
                latent.queryLatentSize(),
                latent.ropeSize(),
                latent.keySize(),
                latent.valueSize(),
                Optional.empty()))
        : this;
  }
}
