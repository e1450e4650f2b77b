package headroom.inference.synthesis;

import headroom.catalogue.CatalogueModel;
import headroom.catalogue.Shape;
import headroom.model.AttentionSpec;
import headroom.model.LayerSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A model of the catalogue with everything about it that decides which code runs, and sizes that a
 * test can pay for: at most six layers, or up to the first that attends, 256 wide, 512 tokens.
 */
final class SmallCatalogueModel {
  private static final int LAYERS = 6;
  private static final int WIDTH = 256;
  private static final int VOCABULARY = 512;
  private static final int CONTEXT = 2048;
  private static final int HEAD = 64;
  private static final int WINDOW = 8;
  private static final int EXPERT = 64;

  /** Layers from which on Gemma 3n reads the keys of earlier ones. */
  private static final int OWNERS_OF_GEMMA3N = 20;

  private SmallCatalogueModel() {}

  static CatalogueModel of(CatalogueModel model) {
    Shape.Architecture of = model.architecture();
    int layers = layers(model);
    return with(
        model,
        architecture(of, layers, WIDTH),
        OptionalInt.of(CONTEXT),
        model.attention().map(all -> attention(all, layers)),
        model.feedForward().map(all -> feedForward(all, layers)),
        model.moe().map(all -> experts(all, layers)));
  }

  /** True where the architecture is known and its experts read the embedding. */
  static boolean canBeSynthesized(CatalogueModel model) {
    return SyntheticArchitecture.of(model.architecture().gguf()).isPresent()
        && model.moe().stream().noneMatch(moe -> moe.latentSize().isPresent());
  }

  /**
   * Enough of a hybrid to have a layer that attends: all where the catalogue says only how many.
   */
  private static int layers(CatalogueModel model) {
    List<LayerSpec> all = model.spec().layers();
    if (model.recurrent().isPresent()
        && model.attention().flatMap(Shape.Attention::layerIndices).isEmpty()) {
      return all.size();
    }
    int first = 0;
    while (first < all.size() && !attends(all.get(first).attention())) {
      first++;
    }
    return Math.min(all.size(), Math.max(LAYERS, first + 1));
  }

  private static boolean attends(AttentionSpec attention) {
    return !(attention instanceof AttentionSpec.Recurrent
        || attention instanceof AttentionSpec.None);
  }

  /** The model as it is but for its vocabulary, which takes longest to write and to read. */
  static CatalogueModel ofFewTokens(CatalogueModel model) {
    Shape.Architecture of = model.architecture();
    return with(
        model,
        architecture(of, of.layers(), of.embeddingSize()),
        model.maxContextTokens(),
        model.attention(),
        model.feedForward(),
        model.moe());
  }

  private static CatalogueModel with(
      CatalogueModel model,
      Shape.Architecture architecture,
      OptionalInt context,
      Optional<Shape.Attention> attention,
      Optional<Shape.DenseFeedForward> feedForward,
      Optional<Shape.Experts> moe) {
    return new CatalogueModel(
        model.id(),
        model.name(),
        model.family(),
        model.vendor(),
        model.hfRepo(),
        model.releaseDate(),
        model.releaseDateSources(),
        model.licence(),
        model.licenceSource(),
        model.multimodal(),
        model.nativeWeightFormat(),
        context,
        model.ropeTheta(),
        model.notes(),
        model.uncertain(),
        model.conflicts(),
        model.sources(),
        model.independentConfigSources(),
        model.parameters(),
        architecture,
        attention,
        Optional.empty(),
        feedForward,
        moe,
        model.recurrent(),
        model
            .perLayerEmbeddings()
            .map(
                all ->
                    new Shape.PerLayerEmbeddings(
                        VOCABULARY, all.size(), all.laurelRank(), all.altupInputs())),
        Optional.empty(),
        model.quality());
  }

  private static Shape.Architecture architecture(Shape.Architecture of, int layers, int width) {
    return new Shape.Architecture(
        of.kind(),
        of.hfClass(),
        of.gguf(),
        layers,
        width,
        VOCABULARY,
        of.tiedEmbeddings(),
        of.mtpLayers());
  }

  private static Shape.Attention attention(Shape.Attention of, int layers) {
    int kvHeads = Math.min(of.kvHeads().orElse(1), 2);
    int group = Math.min(of.heads() / of.kvHeads().orElse(1), 4);
    return new Shape.Attention(
        kvHeads * group,
        of.kvHeads().isPresent() ? OptionalInt.of(kvHeads) : OptionalInt.empty(),
        atMost(HEAD, of.keySize()),
        atMost(HEAD, of.valueSize()),
        of.biases(),
        of.queryKeyNorm(),
        of.globalKvHeads(),
        of.globalHeadSize(),
        layers == of.layersWithoutOwnCache().orElse(0) + OWNERS_OF_GEMMA3N
            ? of.layersWithoutOwnCache()
            : OptionalInt.empty(),
        of.layerIndices().map(all -> first(all, layers)),
        of.compressionRatios(),
        of.latent().map(SmallCatalogueModel::latent),
        of.indexer(),
        of.slidingWindow()
            .map(
                window ->
                    new Shape.SlidingWindow(
                        WINDOW, window.pattern(), first(window.globalLayerIndices(), layers))));
  }

  private static Shape.Latent latent(Shape.Latent of) {
    return new Shape.Latent(EXPERT, atMost(96, of.queryRank()), 32, 32, 32);
  }

  private static Shape.DenseFeedForward feedForward(Shape.DenseFeedForward of, int layers) {
    return new Shape.DenseFeedForward(
        2 * WIDTH, of.sizeWithoutOwnCache(), of.layerIndices().map(all -> first(all, layers)));
  }

  private static Shape.Experts experts(Shape.Experts of, int layers) {
    int experts = Math.min(of.experts(), 8);
    return new Shape.Experts(
        experts,
        Math.min(of.expertsActive(), experts),
        EXPERT,
        of.sharedExperts(),
        of.sharedExperts().isPresent()
            ? OptionalInt.of(EXPERT * of.sharedExperts().getAsInt())
            : atMost(EXPERT, of.sharedSize()),
        atMost(LAYERS / 2, of.denseLayers()),
        of.layerIndices().map(all -> first(all, layers)),
        of.latentSize(),
        of.routerBias());
  }

  private static List<Integer> first(List<Integer> all, int layers) {
    return all.stream().filter(layer -> layer < layers).toList();
  }

  private static OptionalInt atMost(int most, OptionalInt size) {
    return size.isPresent() ? OptionalInt.of(Math.min(most, size.getAsInt())) : size;
  }
}
