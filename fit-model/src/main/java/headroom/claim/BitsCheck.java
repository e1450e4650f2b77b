package headroom.claim;

import headroom.catalogue.Catalogue;
import headroom.fit.StoredWeights;
import headroom.model.ModelSpec;
import java.util.Locale;
import java.util.Optional;

/**
 * A format takes this many bits for each weight of a model, all tensors counted.
 *
 * @param model of the catalogue
 * @param quant weight format
 * @param bits stated bits per weight
 * @param tolerance relative, 0.02 for 2 %
 */
public record BitsCheck(String model, String quant, double bits, double tolerance)
    implements Check {
  private static final int CONTEXT = 4096;

  @Override
  public Finding judge(Catalogue catalogue) {
    ModelSpec spec = Check.model(catalogue, model);
    long bytes = StoredWeights.of(spec, Check.weights(catalogue, quant)).total().value();
    double computed = bytes * 8.0 / spec.parameters();
    return Finding.of(
        Check.near(computed, bits, tolerance),
        String.format(
            Locale.ROOT,
            "%s in %s takes %.2f bits per weight over all tensors; the statement says %s.",
            spec.name(),
            quant,
            computed,
            bits),
        Optional.of(new Finding.Asked(model, quant, Optional.empty(), CONTEXT)));
  }
}
