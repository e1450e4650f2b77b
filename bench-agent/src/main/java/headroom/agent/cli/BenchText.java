package headroom.agent.cli;

import headroom.agent.bench.Bench;
import headroom.measure.BenchmarkRun;
import headroom.measure.Cell;
import headroom.measure.EnvironmentFacts.Ceiling;
import headroom.measure.RunSummary;
import headroom.units.Bandwidth;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A finished measurement for people: a table and what it means. */
final class BenchText {
  private BenchText() {}

  static String of(Bench.Finished finished) {
    BenchmarkRun run = finished.run();
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s (%s, %s), cache %s, %d thread%s, %s kernels"
            .formatted(
                run.model().name(),
                run.model().format(),
                Bytes.of(run.model().fileBytes()),
                BenchJson.cache(run.settings()),
                run.settings().threads(),
                run.settings().threads() == 1 ? "" : "s",
                run.settings().kernels()));
    lines.add(finished.kernelReason());
    lines.add("");
    TextTable table =
        TextTable.of("test", ">tok/s", ">95 % interval", ">samples", ">of read bandwidth");
    List<RunSummary> summaries = new ArrayList<>();
    for (Cell cell : run.cells()) {
      RunSummary summary = RunSummary.of(run, cell);
      summaries.add(summary);
      table.row(
          cell.test(),
          rate(summary.median().tokensPerSecond()),
          rate(summary.low().tokensPerSecond()) + " to " + rate(summary.high().tokensPerSecond()),
          "" + summary.samples(),
          summary.shareOfCeiling().isPresent()
              ? percent(summary.shareOfCeiling().getAsDouble())
              : "");
    }
    lines.add(table.toString());
    lines.add("");
    summaries.stream()
        .filter(summary -> summary.shareOfCeiling().isPresent())
        .findFirst()
        .flatMap(summary -> explanation(run, summary))
        .ifPresent(lines::add);
    if (!finished.complete()) {
      lines.add(
          "The time limit left fewer repetitions than wanted; --limit SECONDS gives them more time.");
    }
    return String.join(System.lineSeparator(), lines);
  }

  private static Optional<String> explanation(BenchmarkRun run, RunSummary summary) {
    double share = summary.shareOfCeiling().orElseThrow();
    return run.environment().ceilings().stream()
        .max(Comparator.comparingDouble(Ceiling::perSecond))
        .map(
            ceiling ->
                "%s reads %s of weights a token: %s of the %s that %d thread%s read here%s"
                    .formatted(
                        summary.workload(),
                        Bytes.of(run.model().weightBytesPerToken()),
                        percent(share),
                        new Bandwidth(ceiling.perSecond()),
                        ceiling.threads(),
                        ceiling.threads() == 1 ? "" : "s",
                        meaning(share)));
  }

  /** More than all of it can only come out of a cache; half of it leaves arithmetic in the way. */
  private static String meaning(double share) {
    if (share > 1) {
      return ", more than memory gives: part of the model stays in the processor's cache.";
    }
    return share >= 0.5
        ? ", so memory bandwidth is what mostly limits decoding."
        : ", so arithmetic and waiting between steps limit decoding more than memory does.";
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", share * 100);
  }

  private static String rate(double tokensPerSecond) {
    return String.format(
        Locale.ROOT,
        tokensPerSecond >= 100 ? "%.0f" : tokensPerSecond >= 10 ? "%.1f" : "%.2f",
        tokensPerSecond);
  }
}
