package headroom.accuracy;

import headroom.accuracy.AccuracyReport.GradedCase;
import headroom.measure.CaseRow;
import headroom.model.ModelSpec;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A case that is a table of files of several models, {@code Mistral-7B-4bit} and kin. */
final class FileSizes {
  private static final double MIB = Bytes.ofMiB(1).value();

  private final CaseModel models;
  private final NamedWeights weights;

  FileSizes(CaseModel models, NamedWeights weights) {
    this.models = models;
    this.weights = weights;
  }

  /** Every file whose model and format are known; empty where the case is no such table. */
  Optional<GradedCase> grade(CaseRow row, String quantity) {
    ExpectedMemory expected = new ExpectedMemory(row.facts().below("expected"), Placement.GPU);
    List<Comparison> comparisons = new ArrayList<>();
    expected
        .files()
        .forEach((name, mib) -> compare(name, mib, quantity).ifPresent(comparisons::add));
    return comparisons.isEmpty()
        ? Optional.empty()
        : Optional.of(new GradedCase(row.id(), Optional.empty(), Optional.empty(), comparisons));
  }

  private Optional<Comparison> compare(String name, double mib, String quantity) {
    int dash = name.lastIndexOf('-');
    if (dash < 0) {
      return Optional.empty();
    }
    Optional<ModelSpec> model = models.find(name.substring(0, dash));
    if (model.isEmpty()) {
      return Optional.empty();
    }
    String format = "mlx-" + name.substring(dash + 1).toLowerCase(Locale.ROOT);
    return weights
        .find(format, model.get())
        .map(
            found ->
                Comparison.memory(quantity, NamedWeights.bytes(model.get(), found) / MIB, mib));
  }
}
