package headroom.web.fit;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueModel;
import headroom.fit.Companions;
import headroom.kv.CacheFormat;
import headroom.model.ModelSpec;
import headroom.model.Projector;
import headroom.quant.WeightFormat;
import headroom.web.support.Link;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Reads what is loaded beside a model: a vision projector, a draft model, its prediction layer. */
@Component
class CompanionReader {
  private static final int NEAREST = 5;

  /** What stands for the projector that the catalogue knows. */
  private static final String KNOWN = "yes";

  private final Catalogue catalogue;

  CompanionReader(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /**
   * All of it; a fault stays beside its field.
   *
   * @param model what it is loaded beside
   * @param draftWeights how a draft model is stored, where that was said
   * @param cache of what drafts, keys before values
   */
  Companions companions(
      FitInput input,
      FitLink sent,
      ModelSpec model,
      Optional<WeightFormat> draftWeights,
      List<CacheFormat> cache) {
    Companions all = Companions.NONE.withCache(cache.getFirst(), cache.getLast());
    Optional<Projector> projector = projector(input, model);
    if (projector.isPresent()) {
      all = all.withProjector(projector.get());
    }
    Optional<CatalogueModel> draft = draft(input, sent);
    if (draft.isPresent()) {
      all =
          all.withDraft(catalogue.spec(draft.get()), draftWeights.orElseGet(draft.get()::usualMix));
    } else if (draftWeights.isPresent() && input.text("draftModel").isEmpty()) {
      input.reject("draftQuant", "is given without a draft model; wanted both");
    }
    boolean layer = input.choice("mtp", List.of("on", "off")).orElse("off").equals("on");
    return layer ? all.withPredictionHead() : all;
  }

  private static Optional<Projector> projector(FitInput input, ModelSpec model) {
    Optional<String> text = input.text("mmproj");
    if (text.isEmpty() || text.get().equalsIgnoreCase("no")) {
      return Optional.empty();
    }
    if (text.get().equalsIgnoreCase(KNOWN)) {
      if (model.projector().isEmpty()) {
        input.reject(
            "mmproj",
            "what reads images for %s is not known here; wanted its size, such as 850 MiB"
                .formatted(model.name()));
      }
      return model.projector();
    }
    return input.memory("mmproj").filter(size -> size.value() > 0).map(Projector::ofSize);
  }

  private Optional<CatalogueModel> draft(FitInput input, FitLink sent) {
    Optional<String> text = input.text("draftModel");
    Optional<CatalogueModel> draft =
        text.flatMap(name -> catalogue.model(name.toLowerCase(Locale.ROOT)));
    if (text.isPresent() && draft.isEmpty()) {
      input.reject(
          "draftModel",
          "‘%s’ is no model of the catalogue".formatted(text.get()),
          catalogue.nearestModels(text.get(), NEAREST).stream()
              .map(near -> new Link(sent.with("draftModel", near.id()).href(), near.name()))
              .toList());
    }
    return draft;
  }
}
