package headroom.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.model.AttentionSpec;
import headroom.model.FeedForward;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.model.TensorFacts;
import headroom.model.TensorRole;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ModelSpecTest {
  private static final Catalogue CATALOGUE = Catalogue.load();

  /** Models whose tensors do not add up to the published count, with the difference in percent. */
  private static final Map<String, Double> INEXACT =
      Map.of(
          // The published figure approximates the small vectors of a layer; these are all of them.
          "rwkv7-world-2.9b", -0.0056);

  /** The same for the weights that one token uses. */
  private static final Map<String, Double> INEXACT_ACTIVE =
      Map.of(
          // The published figure is 700,446 elements lower; it does not say which.
          "gemma-4-26b-a4b", 0.0183,
          // The published figure is 8,064 elements lower; it does not say which.
          "jamba-v0.1", 0.0001);

  @Test
  void tensorsOfEveryModelAddUpToItsPublishedCount() {
    Map<String, Double> differences = new TreeMap<>();
    for (CatalogueModel model : CATALOGUE.models()) {
      note(differences, model, model.spec().parameters(), model.parameters().textDecoder());
    }
    assertThat(differences).isEqualTo(new TreeMap<>(INEXACT));
  }

  @Test
  void weightsThatOneTokenUsesAddUpToThePublishedCount() {
    Map<String, Double> differences = new TreeMap<>();
    for (CatalogueModel model : CATALOGUE.models()) {
      OptionalLong wanted = model.parameters().active();
      if (wanted.isPresent()) {
        note(differences, model, model.spec().activeParameters(), wanted.getAsLong());
      }
    }
    assertThat(differences).isEqualTo(new TreeMap<>(INEXACT_ACTIVE));
  }

  @Test
  void cachedElementsPerTokenAddUpToThePublishedCount() {
    int compared = 0;
    for (CatalogueModel model : CATALOGUE.models()) {
      OptionalLong wanted =
          model.cache().map(Shape.Cache::elementsPerToken).orElse(OptionalLong.empty());
      if (wanted.isPresent()) {
        long found =
            model.spec().layers().stream()
                .filter(LayerSpec::ownsCache)
                .mapToLong(layer -> cached(layer.attention()))
                .sum();
        assertThat(found).as(model.id()).isEqualTo(wanted.getAsLong());
        compared++;
      }
    }
    assertThat(compared).isEqualTo(150);
  }

  @Test
  void recurrentLayersAreAsManyAsTheFileSays() {
    for (CatalogueModel model : CATALOGUE.models()) {
      long found = layersWith(model.spec(), AttentionSpec.Recurrent.class);
      assertThat(found)
          .as(model.id())
          .isEqualTo((long) model.recurrent().map(Mixer::layers).orElse(0));
    }
  }

  @Test
  void noTensorStandsTwiceAndEachLayerHasItsOwn() {
    for (CatalogueModel model : CATALOGUE.models()) {
      List<TensorFacts> tensors = model.spec().tensors();
      assertThat(tensors.stream().map(TensorFacts::name)).as(model.id()).doesNotHaveDuplicates();
      assertThat(tensors).as(model.id()).allMatch(t -> t.rowLength() > 0 && t.rows() > 0);
      assertThat(tensors)
          .as(model.id())
          .allMatch(
              t ->
                  t.layer().isPresent()
                      ? t.name().startsWith("blk." + t.layer().getAsInt() + ".")
                      : !t.name().startsWith("blk."));
    }
  }

  @Test
  void llamaHasTheTensorsOfItsGgufFile() {
    ModelSpec llama = spec("llama-3.1-8b");
    assertThat(llama.tensors().stream().filter(t -> t.layer().orElse(0) == 0))
        .extracting(t -> t.name() + " " + t.rowLength() + "x" + t.rows())
        .containsExactlyInAnyOrder(
            "token_embd.weight 4096x128256",
            "output_norm.weight 4096x1",
            "output.weight 4096x128256",
            "blk.0.attn_norm.weight 4096x1",
            "blk.0.attn_q.weight 4096x4096",
            "blk.0.attn_k.weight 4096x1024",
            "blk.0.attn_v.weight 4096x1024",
            "blk.0.attn_output.weight 4096x4096",
            "blk.0.ffn_norm.weight 4096x1",
            "blk.0.ffn_gate.weight 4096x14336",
            "blk.0.ffn_up.weight 4096x14336",
            "blk.0.ffn_down.weight 14336x4096");
  }

  @Test
  void tiedModelsHaveNoOutputMatrix() {
    ModelSpec tied = spec("llama-3.2-1b");
    assertThat(tied.tiedEmbeddings()).isTrue();
    assertThat(tied.tensors()).noneMatch(t -> t.role() == TensorRole.OUTPUT);
  }

  @Test
  void gemmaAlternatesLocalAndGlobalLayers() {
    ModelSpec gemma = spec("gemma-3-27b");
    assertThat(layersWith(gemma, AttentionSpec.GroupedQuery.class)).isEqualTo(10);
    assertThat(layersWith(gemma, AttentionSpec.SlidingWindow.class)).isEqualTo(52);
    assertThat(gemma.layers().getFirst().attention())
        .isEqualTo(
            new AttentionSpec.SlidingWindow(
                new AttentionSpec.GroupedQuery(32, 16, 128, 128), 1024));
  }

  @Test
  void lastLayersOfGemma4ReadEarlierCaches() {
    ModelSpec gemma = spec("gemma-4-e2b");
    assertThat(gemma.layers().stream().filter(LayerSpec::ownsCache)).hasSize(15);
    assertThat(gemma.layers().get(15).ownsCache()).isFalse();
    assertThat(gemma.tensors()).noneMatch(t -> t.name().equals("blk.15.attn_k.weight"));
  }

  @Test
  void deepSeekCachesOneLatentAndSharesAnExpert() {
    ModelSpec deepSeek = spec("deepseek-v3.2");
    assertThat(deepSeek.layers().getFirst().feedForward())
        .isEqualTo(new FeedForward.Dense(18432, true));
    FeedForward.MixtureOfExperts experts = deepSeek.mixtureOfExperts().orElseThrow();
    assertThat(experts.experts()).isEqualTo(256);
    assertThat(experts.expertsActive()).isEqualTo(8);
    assertThat(experts.sharedSize()).hasValue(2048);
    AttentionSpec.LatentAttention attention =
        (AttentionSpec.LatentAttention) deepSeek.layers().getFirst().attention();
    assertThat(attention.latentSize() + attention.ropeSize()).isEqualTo(576);
    assertThat(attention.indexer()).contains(new AttentionSpec.Indexer(64, 128, 2048));
  }

  @Test
  void nemotronLayersMixTokensOrFeedForwardButNotBoth() {
    ModelSpec nemotron = spec("nemotron-nano-9b-v2");
    assertThat(nemotron.layers())
        .allMatch(
            layer ->
                layer.attention() instanceof AttentionSpec.None
                    != layer.feedForward() instanceof FeedForward.None);
    assertThat(layersWith(nemotron, AttentionSpec.None.class)).isEqualTo(25);
  }

  @Test
  void mixerWeightsOfARecurrentLayerAreThoseOfItsTensors() {
    ModelSpec mamba = spec("mamba-2.8b");
    AttentionSpec.Recurrent mixer = (AttentionSpec.Recurrent) mamba.layers().getFirst().attention();
    long listed =
        mamba.tensors().stream()
            .filter(t -> t.name().startsWith("blk.0.ssm"))
            .mapToLong(TensorFacts::elements)
            .sum();
    assertThat(mixer.weightElements()).isEqualTo(listed).isGreaterThan(1_000_000);
    assertThat(mixer.stateElements()).isEqualTo(5120L * 16);
  }

  @Test
  void layersOfDeepSeekV4KeepAWindowAndEntriesOfSeveralTokens() {
    ModelSpec flash = spec("deepseek-v4-flash");
    AttentionSpec.GroupedQuery keys = new AttentionSpec.GroupedQuery(64, 1, 512, 0);
    assertThat(flash.layers().get(0).attention())
        .isEqualTo(new AttentionSpec.SlidingWindow(keys, 128));
    assertThat(flash.layers().get(2).attention())
        .isEqualTo(
            new AttentionSpec.SlidingWindow(
                keys,
                128,
                Optional.of(
                    new AttentionSpec.Compression(
                        4, Optional.of(new AttentionSpec.Indexer(64, 128, 512))))));
    assertThat(flash.layers().get(3).attention())
        .isEqualTo(
            new AttentionSpec.SlidingWindow(
                keys, 128, Optional.of(new AttentionSpec.Compression(128, Optional.empty()))));
  }

  private static ModelSpec spec(String id) {
    return CATALOGUE.model(id).orElseThrow().spec();
  }

  private static long layersWith(ModelSpec model, Class<? extends AttentionSpec> kind) {
    return model.layers().stream().map(LayerSpec::attention).filter(kind::isInstance).count();
  }

  private static long cached(AttentionSpec attention) {
    return switch (attention) {
      case AttentionSpec.GroupedQuery heads ->
          (long) heads.kvHeads() * (heads.keySize() + heads.valueSize());
      case AttentionSpec.SlidingWindow window -> cached(window.heads());
      case AttentionSpec.LatentAttention latent -> (long) latent.latentSize() + latent.ropeSize();
      case AttentionSpec.Recurrent recurrent -> 0;
      case AttentionSpec.None none -> 0;
    };
  }

  private static void note(
      Map<String, Double> differences, CatalogueModel model, long found, long wanted) {
    if (found != wanted) {
      differences.put(model.id(), Math.round(1e6 * (found - wanted) / wanted) / 1e4);
    }
  }
}
