package headroom.web.models;

import headroom.catalogue.CatalogueModel;
import headroom.catalogue.Shape;
import headroom.web.support.Fact;
import headroom.web.support.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** The facts of a model in the order in which its page tells them. */
final class ModelFacts {
  private ModelFacts() {}

  static List<Fact> of(CatalogueModel model, CacheShape cache) {
    Shape.Architecture architecture = model.architecture();
    CatalogueModel.Parameters parameters = model.parameters();
    List<Fact> facts = new ArrayList<>();
    facts.add(Fact.of("Weights of the text decoder", count(parameters.textDecoder())));
    if (model.moe().isPresent()) {
      facts.add(Fact.of("Weights used per token", counted(parameters.active())));
      facts.add(Fact.of("Experts", model.moe().map(ModelFacts::experts)));
    }
    facts.add(Fact.of("Weights of the published checkpoint", counted(parameters.checkpoint())));
    facts.add(Fact.of("Kind", architecture.kind()));
    facts.add(Fact.of("Architecture in GGUF files", architecture.gguf()));
    facts.add(Fact.of("Layers", architecture.layers()));
    facts.add(Fact.of("Embedding size", Figures.plain(architecture.embeddingSize())));
    facts.add(Fact.of("Vocabulary", Figures.plain(architecture.vocabularySize())));
    facts.add(
        Fact.of(
            "Output matrix", architecture.tiedEmbeddings() ? "the token embedding" : "its own"));
    facts.add(Fact.of("Longest context", context(model).map(c -> c + " tokens")));
    facts.add(Fact.of("Cache at 16 bits", cache.summary()));
    facts.add(Fact.of("Published as", model.nativeWeightFormat()));
    facts.add(
        Fact.of(
            "Reads images or sound",
            model
                .vision()
                .map(
                    vision ->
                        "yes, by %s weights more, which the calculator counts on request"
                            .formatted(count(vision.elements())))
                .orElse(model.multimodal() ? "yes; those parts are not counted" : "no")));
    facts.add(Fact.of("Released", model.releaseDate()));
    facts.add(Fact.of("Licence", model.licence()));
    return facts;
  }

  static Optional<String> context(CatalogueModel model) {
    return model.maxContextTokens().isPresent()
        ? Optional.of(Figures.tokens(model.maxContextTokens().getAsInt()))
        : Optional.empty();
  }

  private static String experts(Shape.Experts moe) {
    return "%d of %d per token%s"
        .formatted(
            moe.expertsActive(),
            moe.experts(),
            moe.sharedExperts().isPresent()
                ? ", " + moe.sharedExperts().getAsInt() + " shared"
                : "");
  }

  private static Optional<String> counted(OptionalLong number) {
    return number.isPresent() ? Optional.of(count(number.getAsLong())) : Optional.empty();
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
