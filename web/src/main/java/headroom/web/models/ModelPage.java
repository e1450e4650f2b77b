package headroom.web.models;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueModel;
import headroom.fit.StoredWeights;
import headroom.model.ModelSpec;
import headroom.quant.GgufMix;
import headroom.units.Bytes;
import headroom.web.support.CommonMixes;
import headroom.web.support.Fact;
import headroom.web.support.Figures;
import headroom.web.support.Links;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One model with all that is known of it.
 *
 * @param model the catalogue's entry
 * @param headline the figures that matter first
 * @param facts the rest
 * @param cache what its layers keep
 * @param sizes its weights in common mixes
 * @param devices where it fits
 */
record ModelPage(
    CatalogueModel model,
    List<Fact> headline,
    List<Fact> facts,
    CacheShape cache,
    List<Size> sizes,
    WhereItFits devices) {

  /**
   * The weights in one mix.
   *
   * @param mix its name
   * @param bytes all tensors together
   * @param bitsPerWeight bytes over weights
   * @param percent of the largest, for a bar
   * @param link to the calculator
   */
  record Size(String mix, Bytes bytes, String bitsPerWeight, double percent, String link) {}

  static ModelPage of(CatalogueModel model, Catalogue catalogue) {
    ModelSpec spec = catalogue.spec(model);
    CacheShape cache = CacheShape.of(spec);
    List<Size> sizes = sizes(model, spec);
    return new ModelPage(
        model,
        List.of(
            Fact.of("weights", Figures.parameters(model.parameters().textDecoder())),
            Fact.of(
                "active per token",
                model.parameters().active().isPresent()
                    ? java.util.Optional.of(
                        Figures.parameters(model.parameters().active().getAsLong()))
                    : java.util.Optional.empty()),
            Fact.of("tokens of context", ModelFacts.context(model)),
            Fact.of("cache at 16 bits per token", cache.growing())),
        ModelFacts.of(model, cache),
        cache,
        sizes,
        WhereItFits.of(model, catalogue));
  }

  private static List<Size> sizes(CatalogueModel model, ModelSpec spec) {
    double most = StoredWeights.of(spec, GgufMix.F16).total().value();
    return CommonMixes.with(model.usualMix()).stream()
        .map(
            mix -> {
              Bytes bytes = StoredWeights.of(spec, mix).total();
              return new Size(
                  mix.id(),
                  bytes,
                  String.format(Locale.ROOT, "%.2f", bytes.value() * 8.0 / spec.parameters()),
                  100 * bytes.value() / most,
                  Links.to("/fit", Map.of("model", model.id(), "quant", mix.id())));
            })
        .toList();
  }

  public String calculatorLink() {
    return Links.to("/fit", Map.of("model", model.id()));
  }
}
