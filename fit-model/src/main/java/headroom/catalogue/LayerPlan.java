package headroom.catalogue;

import headroom.model.AttentionSpec;
import headroom.model.FeedForward;
import java.util.Optional;
import java.util.OptionalInt;

/** What each layer of a model is: its token mixer and its feed-forward network. */
final class LayerPlan {
  private final CatalogueModel model;
  private final ArchitectureTraits traits;
  private final int layers;

  LayerPlan(CatalogueModel model, ArchitectureTraits traits) {
    this.model = model;
    this.traits = traits;
    this.layers = model.architecture().layers();
  }

  /** True where the layer's mixer is recurrent. */
  boolean isRecurrent(int layer) {
    return model.recurrent().isPresent() && !isAttention(layer) && !isFeedForwardOnly(layer);
  }

  /** True where the layer sees the whole context in a model that also has local layers. */
  boolean isGlobal(int layer) {
    return model
        .attention()
        .flatMap(Shape.Attention::slidingWindow)
        .filter(window -> window.globalLayerIndices().contains(layer))
        .isPresent();
  }

  boolean ownsCache(int layer) {
    int borrowing =
        model
            .attention()
            .map(Shape.Attention::layersWithoutOwnCache)
            .orElse(OptionalInt.empty())
            .orElse(0);
    return layer < layers - borrowing;
  }

  /**
   * The attention of a layer that is not recurrent; {@link AttentionSpec.None} where it has none.
   */
  AttentionSpec attention(int layer) {
    if (model.attention().isEmpty() || !isAttention(layer)) {
      return new AttentionSpec.None();
    }
    Shape.Attention facts = model.attention().get();
    if (facts.latent().isPresent()) {
      return latent(facts, facts.latent().get());
    }
    AttentionSpec.GroupedQuery grouped = grouped(facts, isGlobal(layer));
    if (!facts.compressionRatios().isEmpty()) {
      return compressed(facts, grouped, facts.compressionRatios().get(layer));
    }
    Optional<Shape.SlidingWindow> window = facts.slidingWindow();
    return window.isPresent() && !isGlobal(layer)
        ? new AttentionSpec.SlidingWindow(grouped, window.get().windowTokens())
        : grouped;
  }

  FeedForward feedForward(int layer) {
    if (traits.oneMixerPerLayer() && !isFeedForwardOnly(layer)) {
      return new FeedForward.None();
    }
    Optional<Shape.DenseFeedForward> dense = model.feedForward();
    if (model.moe().isPresent() && model.moe().get().serves(layer)) {
      Shape.Experts moe = model.moe().get();
      boolean besideDense = model.architecture().gguf().equals("gemma4") && dense.isPresent();
      return new FeedForward.MixtureOfExperts(
          moe.experts(),
          moe.expertsActive(),
          moe.expertSize(),
          besideDense ? OptionalInt.of(dense.get().size()) : moe.sharedSize(),
          traits.gated());
    }
    if (dense.isEmpty()) {
      return new FeedForward.None();
    }
    int size = dense.get().size();
    return new FeedForward.Dense(
        ownsCache(layer) ? size : dense.get().sizeWithoutOwnCache().orElse(size),
        traits.gated() && !model.architecture().gguf().equals("rwkv7"));
  }

  private boolean isAttention(int layer) {
    if (model.attention().isEmpty()) {
      return false;
    }
    if (model.recurrent().isEmpty()) {
      return true;
    }
    return model
        .attention()
        .get()
        .layerIndices()
        .map(indices -> indices.contains(layer))
        .orElseGet(() -> spread(layer, layers - model.recurrent().get().layers()));
  }

  // Where only the number of attention layers is known they are spread evenly: memory and speed
  // depend on how many there are, not on which.
  private boolean spread(int layer, int attentionLayers) {
    return (long) (layer + 1) * attentionLayers / layers > (long) layer * attentionLayers / layers;
  }

  private boolean isFeedForwardOnly(int layer) {
    if (!traits.oneMixerPerLayer()) {
      return false;
    }
    return model
            .moe()
            .flatMap(Shape.Experts::layerIndices)
            .map(i -> i.contains(layer))
            .orElse(false)
        || model
            .feedForward()
            .flatMap(Shape.DenseFeedForward::layerIndices)
            .map(i -> i.contains(layer))
            .orElse(false);
  }

  private static AttentionSpec.GroupedQuery grouped(Shape.Attention facts, boolean global) {
    int kvHeads = facts.kvHeads().orElseThrow();
    int keySize = facts.keySize().orElseThrow();
    int valueSize = facts.valueSize().orElseThrow();
    return global
        ? new AttentionSpec.GroupedQuery(
            facts.heads(),
            facts.globalKvHeads().orElse(kvHeads),
            facts.globalHeadSize().orElse(keySize),
            facts.globalHeadSize().orElse(valueSize))
        : new AttentionSpec.GroupedQuery(facts.heads(), kvHeads, keySize, valueSize);
  }

  private static AttentionSpec latent(Shape.Attention facts, Shape.Latent latent) {
    return new AttentionSpec.LatentAttention(
        facts.heads(),
        latent.kvRank(),
        latent.queryRank(),
        latent.ropeSize(),
        latent.keySize(),
        latent.valueSize(),
        facts.indexer().map(LayerPlan::indexer));
  }

  /**
   * DeepSeek-V4 keeps the keys of a short window, from which values are read too, and one such
   * entry for every {@code ratio} tokens; entries of few tokens are picked by an indexer.
   */
  private static AttentionSpec compressed(
      Shape.Attention facts, AttentionSpec.GroupedQuery grouped, int ratio) {
    AttentionSpec.GroupedQuery keysOnly =
        new AttentionSpec.GroupedQuery(grouped.heads(), grouped.kvHeads(), grouped.keySize(), 0);
    int window = facts.slidingWindow().orElseThrow().windowTokens();
    if (ratio == 0) {
      return new AttentionSpec.SlidingWindow(keysOnly, window);
    }
    AttentionSpec.Compression plain = new AttentionSpec.Compression(ratio, Optional.empty());
    return new AttentionSpec.SlidingWindow(
        keysOnly,
        window,
        Optional.of(
            plain.overlaps()
                ? new AttentionSpec.Compression(ratio, facts.indexer().map(LayerPlan::indexer))
                : plain));
  }

  private static AttentionSpec.Indexer indexer(Shape.Indexer indexer) {
    return new AttentionSpec.Indexer(indexer.heads(), indexer.keySize(), indexer.topK());
  }
}
