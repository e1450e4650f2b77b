package headroom.claim;

import headroom.catalogue.Catalogue;
import headroom.model.ModelSpec;
import java.util.Locale;
import java.util.Optional;

/**
 * A model has so many weights, and uses so many of them for one token.
 *
 * @param model of the catalogue
 * @param totalBillions stated weights, 10^9
 * @param activeBillions stated weights in use per token, 10^9
 * @param tolerance relative
 */
public record ParametersCheck(
    String model, double totalBillions, double activeBillions, double tolerance) implements Check {

  @Override
  public Finding judge(Catalogue catalogue) {
    ModelSpec spec = Check.model(catalogue, model);
    double total = spec.parameters() / 1e9;
    double active = spec.activeParameters() / 1e9;
    return Finding.of(
        Check.near(total, totalBillions, tolerance)
            && Check.near(active, activeBillions, tolerance),
        String.format(
            Locale.ROOT,
            "%s has %.1f billion weights by its tensors, and one token reads %.1f billion of them.",
            spec.name(),
            total,
            active),
        Optional.empty());
  }
}
