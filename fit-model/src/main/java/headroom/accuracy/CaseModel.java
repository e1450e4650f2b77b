package headroom.accuracy;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueModel;
import headroom.catalogue.Shape;
import headroom.measure.CaseRow;
import headroom.measure.Facts;
import headroom.model.AttentionSpec;
import headroom.model.FeedForward;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From the architecture facts of a log to the model: the catalogue's own where all facts agree, and
 * otherwise a model of the same architecture with the sizes of the log.
 */
final class CaseModel {
  /** Sizes without which a shape is only known by its name. */
  private static final List<String> NEEDED =
      List.of("n_layer", "n_embd", "n_vocab", "n_head", "n_head_kv", "n_ff");

  private static final Pattern WINDOWS = Pattern.compile("(\\d+) SWA : (\\d+) full.*");

  private final Catalogue catalogue;
  private final NamedModel names;

  CaseModel(Catalogue catalogue) {
    this.catalogue = catalogue;
    this.names = new NamedModel(catalogue);
  }

  /** The catalogue's model of this name, whatever its version. */
  Optional<ModelSpec> find(String name) {
    return names
        .byName(name)
        .or(() -> names.byFamily(name).stream().findFirst())
        .map(CatalogueModel::spec);
  }

  /**
   * @throws CannotPredictException naming the fact that is missing
   */
  ModelSpec require(CaseRow row) {
    Facts facts = row.facts().below("arch");
    String name = row.text("model").orElse("");
    Optional<CatalogueModel> named = names.byName(name);
    if (named.filter(model -> agrees(model, facts)).isPresent()) {
      return named.get().spec();
    }
    String architecture = facts.text("architecture").orElse("").replaceAll(" .*", "");
    List<CatalogueModel> relatives =
        catalogue.models().stream()
            .filter(model -> model.architecture().gguf().equals(architecture))
            .filter(
                model ->
                    facts.integer("n_expert").isEmpty()
                        || model.moe().isPresent() == hasExperts(facts))
            .toList();
    Optional<CatalogueModel> same = same(name, relatives, facts);
    if (same.isPresent()) {
      return same.get().spec();
    }
    List<String> missing = NEEDED.stream().filter(key -> facts.integer(key).isEmpty()).toList();
    if (!missing.isEmpty()) {
      throw new CannotPredictException(
          "model '%s' is not in the catalogue and the case has no %s"
              .formatted(name, String.join(", ", missing)));
    }
    CatalogueModel relative =
        relatives.stream()
            .filter(model -> model.moe().isPresent() == hasExperts(facts))
            .filter(model -> model.recurrent().isEmpty() && model.perLayerEmbeddings().isEmpty())
            .filter(model -> model.attention().isPresent())
            .findFirst()
            .orElseThrow(
                () ->
                    new CannotPredictException(
                        "no model of architecture '%s' in the catalogue shows which tensors it has"
                            .formatted(architecture)));
    try {
      return resized(relative, name, facts).spec();
    } catch (IllegalArgumentException e) {
      throw new CannotPredictException(
          "the facts of '%s' disagree: %s".formatted(name, e.getMessage()));
    }
  }

  /**
   * A model of which the case says how many layers have attention and what they keep, but neither
   * what lies between nor a model that the catalogue has: enough for its cache.
   */
  Optional<ModelSpec> cachesAlone(CaseRow row) {
    Facts facts = row.facts().below("arch");
    OptionalInt attending = facts.integer("attention_layers");
    OptionalInt heads = facts.integer("n_head_kv");
    OptionalInt keySize = facts.integer("head_dim_k");
    OptionalInt layers = facts.integer("n_layer");
    OptionalInt embedding = facts.integer("n_embd");
    boolean known =
        attending.isPresent()
            && heads.isPresent()
            && keySize.isPresent()
            && layers.isPresent()
            && embedding.isPresent()
            && facts.integer("n_ff").isEmpty();
    if (!known || names.byName(row.text("model").orElse("")).isPresent()) {
      return Optional.empty();
    }
    AttentionSpec attention =
        new AttentionSpec.GroupedQuery(
            facts.integer("n_head").orElse(heads.getAsInt()),
            heads.getAsInt(),
            keySize.getAsInt(),
            facts.integer("head_dim_v").orElse(keySize.getAsInt()));
    List<LayerSpec> specs = new ArrayList<>();
    for (int layer = 0; layer < layers.getAsInt(); layer++) {
      specs.add(
          new LayerSpec(
              layer < attending.getAsInt() ? attention : new AttentionSpec.None(),
              new FeedForward.None(),
              true));
    }
    return Optional.of(
        new ModelSpec(
            row.id(),
            row.text("model").orElse(row.id()),
            facts.text("architecture").orElse("unknown"),
            embedding.getAsInt(),
            facts.integer("n_vocab").orElse(1),
            false,
            specs,
            List.of(),
            OptionalInt.empty()));
  }

  /** Another release of the same family, or the only shape of the architecture that agrees. */
  private Optional<CatalogueModel> same(String name, List<CatalogueModel> relatives, Facts facts) {
    if (facts.integer("n_layer").isEmpty()) {
      return Optional.empty();
    }
    Optional<CatalogueModel> family =
        names.byFamily(name).stream().filter(model -> agrees(model, facts)).findFirst();
    List<CatalogueModel> agreeing =
        relatives.stream().filter(model -> agrees(model, facts)).toList();
    return family.or(
        () ->
            agreeing.size() == 1 || facts.integer("n_embd").isPresent()
                ? agreeing.stream().findFirst()
                : Optional.empty());
  }

  private static boolean hasExperts(Facts facts) {
    return facts.integer("n_expert").orElse(0) > 1;
  }

  /** True where no fact of the case differs from the catalogue's. */
  private static boolean agrees(CatalogueModel model, Facts facts) {
    Shape.Architecture shape = model.architecture();
    Optional<Shape.Attention> attention = model.attention();
    Optional<Boolean> tied = facts.flag("tied_embeddings");
    return same(facts, "n_layer", OptionalInt.of(shape.layers()))
        && same(facts, "n_embd", OptionalInt.of(shape.embeddingSize()))
        && same(facts, "n_vocab", OptionalInt.of(shape.vocabularySize()))
        && tied.orElse(shape.tiedEmbeddings()) == shape.tiedEmbeddings()
        && same(facts, "n_head", of(attention.map(Shape.Attention::heads)))
        && same(facts, "n_head_kv", attention.map(a -> a.kvHeads()).orElse(OptionalInt.empty()))
        && same(facts, "head_dim_k", attention.map(a -> a.keySize()).orElse(OptionalInt.empty()))
        && same(facts, "head_dim_v", attention.map(a -> a.valueSize()).orElse(OptionalInt.empty()))
        && same(
            facts,
            "kv_lora_rank",
            of(attention.flatMap(Shape.Attention::latent).map(Shape.Latent::kvRank)))
        && same(facts, "n_expert", of(model.moe().map(Shape.Experts::experts)))
        && same(facts, "n_expert_used", of(model.moe().map(Shape.Experts::expertsActive)))
        && same(facts, "n_ff_exp", of(model.moe().map(Shape.Experts::expertSize)))
        && same(
            facts,
            "n_ff",
            model.moe().isPresent()
                ? OptionalInt.empty()
                : of(model.feedForward().map(Shape.DenseFeedForward::size)))
        && same(
            facts,
            "n_swa",
            of(
                attention
                    .flatMap(Shape.Attention::slidingWindow)
                    .map(Shape.SlidingWindow::windowTokens)));
  }

  /** What one side does not know is no difference. */
  private static boolean same(Facts facts, String key, OptionalInt known) {
    OptionalInt stated = facts.integer(key);
    return stated.isEmpty() || known.isEmpty() || stated.equals(known);
  }

  private static OptionalInt of(Optional<Integer> value) {
    return value.isPresent() ? OptionalInt.of(value.get()) : OptionalInt.empty();
  }

  private static CatalogueModel resized(CatalogueModel model, String name, Facts facts) {
    int layers = need(facts, "n_layer");
    Shape.Architecture shape = model.architecture();
    Optional<Boolean> tied = facts.flag("tied_embeddings");
    return new CatalogueModel(
        name,
        name,
        model.family(),
        model.vendor(),
        model.hfRepo(),
        model.releaseDate(),
        model.releaseDateSources(),
        model.licence(),
        model.licenceSource(),
        model.multimodal(),
        model.nativeWeightFormat(),
        model.maxContextTokens(),
        model.ropeTheta(),
        model.notes(),
        model.uncertain(),
        model.conflicts(),
        model.sources(),
        model.independentConfigSources(),
        model.parameters(),
        new Shape.Architecture(
            shape.kind(),
            shape.hfClass(),
            shape.gguf(),
            layers,
            need(facts, "n_embd"),
            need(facts, "n_vocab"),
            tied.orElse(shape.tiedEmbeddings()),
            OptionalInt.empty()),
        model.attention().map(attention -> attention(attention, layers, facts)),
        model.cache(),
        model.feedForward().map(_ -> dense(facts)),
        model.moe().map(experts -> experts(experts, facts)),
        model.recurrent(),
        model.perLayerEmbeddings(),
        Optional.empty(),
        List.of());
  }

  private static Shape.Attention attention(Shape.Attention model, int layers, Facts facts) {
    int heads = need(facts, "n_head");
    int size = need(facts, "n_embd") / heads;
    boolean grouped = model.latent().isEmpty();
    return new Shape.Attention(
        heads,
        grouped ? facts.integer("n_head_kv") : OptionalInt.empty(),
        grouped ? or(facts.integer("head_dim_k"), size) : OptionalInt.empty(),
        grouped ? or(facts.integer("head_dim_v"), size) : OptionalInt.empty(),
        model.biases(),
        model.queryKeyNorm(),
        model.globalKvHeads(),
        model.globalHeadSize(),
        OptionalInt.empty(),
        Optional.empty(),
        List.of(),
        model.latent().map(latent -> latent(latent, facts)),
        model.indexer(),
        model.slidingWindow().flatMap(_ -> window(layers, facts)));
  }

  private static Shape.Latent latent(Shape.Latent model, Facts facts) {
    int rope = facts.integer("rope_dim").orElse(model.ropeSize());
    OptionalInt key = facts.integer("head_dim_k");
    OptionalInt query = facts.integer("q_lora_rank");
    return new Shape.Latent(
        facts.integer("kv_lora_rank").orElse(model.kvRank()),
        query.isEmpty() ? model.queryRank() : query.getAsInt() == 0 ? OptionalInt.empty() : query,
        rope,
        key.isPresent() ? key.getAsInt() - rope : model.keySize(),
        facts.integer("head_dim_v").orElse(model.valueSize()));
  }

  /** Local layers come first in each group, as llama.cpp's {@code set_swa_pattern} has it. */
  private static Optional<Shape.SlidingWindow> window(int layers, Facts facts) {
    OptionalInt tokens = facts.integer("n_swa");
    String pattern = facts.text("swa_pattern").orElse("");
    if (tokens.isEmpty()) {
      return Optional.empty();
    }
    Matcher groups = WINDOWS.matcher(pattern);
    int local = pattern.startsWith("alternating") ? 1 : 0;
    int full = 1;
    if (groups.matches()) {
      local = Integer.parseInt(groups.group(1));
      full = Integer.parseInt(groups.group(2));
    }
    if (local == 0) {
      throw new CannotPredictException(
          "swa_pattern is '%s'; wanted 'N SWA : M full' or 'alternating'".formatted(pattern));
    }
    List<Integer> global = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      if (layer % (local + full) >= local) {
        global.add(layer);
      }
    }
    return Optional.of(new Shape.SlidingWindow(tokens.getAsInt(), pattern, global));
  }

  private static Shape.DenseFeedForward dense(Facts facts) {
    return new Shape.DenseFeedForward(need(facts, "n_ff"), OptionalInt.empty(), Optional.empty());
  }

  private static Shape.Experts experts(Shape.Experts model, Facts facts) {
    int size = facts.integer("n_ff_exp").orElseGet(() -> CaseModel.need(facts, "n_ff"));
    OptionalInt shared = model.sharedExperts();
    return new Shape.Experts(
        need(facts, "n_expert"),
        need(facts, "n_expert_used"),
        size,
        shared,
        shared.isPresent() ? OptionalInt.of(shared.getAsInt() * size) : OptionalInt.empty(),
        or(facts.integer("n_dense_lead"), model.denseLayers().orElse(0)),
        Optional.empty(),
        model.latentSize(),
        model.routerBias());
  }

  private static OptionalInt or(OptionalInt value, int otherwise) {
    return OptionalInt.of(value.orElse(otherwise));
  }

  private static int need(Facts facts, String key) {
    return facts
        .integer(key)
        .orElseThrow(() -> new CannotPredictException("the case has no " + key));
  }
}
