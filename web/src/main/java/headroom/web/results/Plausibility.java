package headroom.web.results;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueModel;
import headroom.measure.BenchmarkRun;
import headroom.measure.Cell;
import headroom.measure.EnvironmentFacts.Ceiling;
import headroom.measure.ModelFacts;
import headroom.measure.RunSummary;
import headroom.units.Bandwidth;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds what a machine cannot have done. A run that fails here is kept and shown with the reason,
 * and takes part in no ranking; wrong shapes and types never come this far.
 */
final class Plausibility {
  /**
   * Decode may beat the measured read bandwidth where weights stay in a cache; three times over is
   * a wrong model, a wrong clock or a wrong ceiling. Our choice: on this side of it lie honest runs
   * of small models, beyond it the mislabelled series of public boards (up to 9.5 times).
   */
  static final double MOST_OF_CEILING = 3;

  /** Twice the fastest accelerator memory on sale: 8 TB/s, NVIDIA HGX B200 data sheet. */
  private static final double FASTEST_MEMORY = 16e12;

  /**
   * Operations a second of one thread: 2,048 int8 operations a cycle with AMX (Intel 64
   * Optimization Reference Manual, section on AMX) at 6.5 GHz, above any clock sold.
   */
  private static final double FASTEST_THREAD = 2_048 * 6.5e9;

  /** Under one bit for each weight no format exists (smallest in ggml: IQ1_S, 1.5625 bits). */
  private static final double FEWEST_BITS = 1;

  /** As many repetitions to the same nanosecond do not happen. */
  private static final int MOST_EQUAL = 5;

  /**
   * Files of one shape differ by a table of rotary factors or a head for drafting; a model that was
   * given another's name differs by more. Our choice.
   */
  private static final double SAME_SHAPE = 0.05;

  private final Catalogue catalogue;

  Plausibility(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /** Why the run cannot be true, in sentences; empty where nothing speaks against it. */
  Optional<String> doubt(BenchmarkRun run, List<RunSummary> summaries) {
    List<String> reasons = new ArrayList<>();
    ceilings(run, reasons);
    weights(run.model(), reasons);
    shape(run.model(), reasons);
    for (RunSummary summary : summaries) {
      share(summary, reasons);
      operations(run, summary, reasons);
    }
    run.cells().forEach(cell -> equalSamples(cell, reasons));
    return reasons.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", reasons));
  }

  private static void ceilings(BenchmarkRun run, List<String> reasons) {
    for (Ceiling ceiling : run.environment().ceilings()) {
      if (ceiling.unit().equals("B/s") && ceiling.perSecond() > FASTEST_MEMORY) {
        reasons.add(
            "The measured %s of %s is more than twice what the fastest memory on sale does."
                .formatted(ceiling.what(), new Bandwidth(ceiling.perSecond())));
      }
    }
  }

  private static void weights(ModelFacts model, List<String> reasons) {
    double bits = 8.0 * model.fileBytes() / model.parameters();
    if (bits < FEWEST_BITS) {
      reasons.add(
          String.format(
              Locale.ROOT,
              "A file of %,d bytes cannot hold %,d parameters: that is %.3f bits each.",
              model.fileBytes(),
              model.parameters(),
              bits));
    }
  }

  private void shape(ModelFacts model, List<String> reasons) {
    Optional<CatalogueModel> named = model.shape().flatMap(catalogue::model);
    if (named.isEmpty()) {
      return;
    }
    long wanted = named.get().spec().parameters();
    if (Math.abs((double) model.parameters() / wanted - 1) > SAME_SHAPE) {
      reasons.add(
          String.format(
              Locale.ROOT,
              "The run names the shape %s, which has %,d parameters; its file has %,d.",
              named.get().id(),
              wanted,
              model.parameters()));
    }
  }

  private static void share(RunSummary summary, List<String> reasons) {
    summary
        .shareOfCeiling()
        .ifPresent(
            share -> {
              if (share > MOST_OF_CEILING) {
                reasons.add(
                    String.format(
                        Locale.ROOT,
                        "%s at %s reads %.1f times what this machine's memory was measured to"
                            + " deliver; more than %.0f times is not believed.",
                        summary.workload(),
                        summary.median(),
                        share,
                        MOST_OF_CEILING));
              }
            });
  }

  /** Two operations a weight (Kaplan et al. 2020, section 2.1), over the weights a token uses. */
  private static void operations(BenchmarkRun run, RunSummary summary, List<String> reasons) {
    if (!run.settings().runtime().equals("embedded")) {
      return; // another runtime may use a graphics device
    }
    ModelFacts model = run.model();
    double used = Math.min(1, (double) model.weightBytesPerToken() / model.fileBytes());
    double perSecond = 2 * used * model.parameters() * summary.median().tokensPerSecond();
    if (perSecond > FASTEST_THREAD * run.settings().threads()) {
      reasons.add(
          String.format(
              Locale.ROOT,
              "%s at %s is %.3g operations a second, more than %d threads of any processor can do.",
              summary.workload(),
              summary.median(),
              perSecond,
              run.settings().threads()));
    }
  }

  private static void equalSamples(Cell cell, List<String> reasons) {
    for (Cell.Fork fork : cell.forks()) {
      if (fork.sampleNanos().size() >= MOST_EQUAL
          && fork.sampleNanos().stream().distinct().count() == 1) {
        reasons.add(
            "%s took exactly %d ns in each of %d repetitions; real ones differ."
                .formatted(cell.test(), fork.sampleNanos().getFirst(), fork.sampleNanos().size()));
        return;
      }
    }
  }
}
