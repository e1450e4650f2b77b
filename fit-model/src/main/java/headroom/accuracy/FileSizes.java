package headroom.accuracy;

import headroom.accuracy.AccuracyReport.GradedCase;
import headroom.measure.CaseRow;
import headroom.model.ModelSpec;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** A case that is a table of files of several models, {@code Mistral-7B-4bit} and kin. */
final class FileSizes {
  private final CaseModel models;
  private final NamedWeights weights;

  FileSizes(CaseModel models, NamedWeights weights) {
    this.models = models;
    this.weights = weights;
  }

  /** Every file whose model and format are known; empty where the case is no such table. */
  Optional<GradedCase> grade(CaseRow row) {
    ExpectedMemory expected = new ExpectedMemory(row.facts().below("expected"), Placement.GPU);
    MemoryComparisons comparisons = new MemoryComparisons();
    expected
        .files()
        .forEach(
            (name, mib) ->
                bytes(name)
                    .ifPresent(bytes -> comparisons.add(MemoryComparisons.WEIGHTS, bytes, mib)));
    return comparisons.graded(row);
  }

  private OptionalDouble bytes(String name) {
    int dash = name.lastIndexOf('-');
    Optional<ModelSpec> model = dash < 0 ? Optional.empty() : models.find(name.substring(0, dash));
    if (model.isEmpty()) {
      return OptionalDouble.empty();
    }
    String format = "mlx-" + name.substring(dash + 1).toLowerCase(Locale.ROOT);
    return weights
        .find(format, model.get())
        .map(found -> OptionalDouble.of(NamedWeights.bytes(model.get(), found)))
        .orElse(OptionalDouble.empty());
  }
}
