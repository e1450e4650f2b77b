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
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A finished measurement for people: a table and what it means. */
final class BenchText {
  private BenchText() {}

  static String of(Bench.Finished finished) {
    return of(finished, OptionalLong.empty());
  }

  /**
   * The text.
   *
   * @param multiplyAdds that one token of a prompt takes, where they are known
   */
  static String of(Bench.Finished finished, OptionalLong multiplyAdds) {
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
        TextTable.of("test", ">tok/s", ">95 % interval", ">samples", ">of its ceiling");
    List<RunSummary> summaries = new ArrayList<>();
    for (Cell cell : run.cells()) {
      RunSummary summary = RunSummary.of(run, cell);
      summaries.add(summary);
      table.row(
          cell.test(),
          rate(summary.median().tokensPerSecond()),
          rate(summary.low().tokensPerSecond()) + " to " + rate(summary.high().tokensPerSecond()),
          "" + summary.samples(),
          share(run, summary, multiplyAdds).map(BenchText::percent).orElse(""));
    }
    lines.add(table.toString());
    lines.add("");
    summaries.stream()
        .filter(summary -> summary.shareOfCeiling().isPresent())
        .findFirst()
        .flatMap(summary -> explanation(run, summary))
        .ifPresent(lines::add);
    prefill(run, summaries, multiplyAdds).ifPresent(lines::add);
    finished.profiles().forEach((test, nanos) -> lines.add(profile(test, nanos)));
    if (!finished.complete()) {
      lines.add(
          "The time limit left fewer repetitions than wanted; --limit SECONDS gives them more time.");
    }
    return String.join(System.lineSeparator(), lines);
  }

  private static Optional<String> explanation(BenchmarkRun run, RunSummary summary) {
    double share = summary.shareOfCeiling().orElseThrow();
    return highest(run, "read-bandwidth")
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

  /** Of memory's ceiling for decoding; of arithmetic's for prefill, where both are known. */
  private static Optional<Double> share(
      BenchmarkRun run, RunSummary summary, OptionalLong multiplyAdds) {
    if (summary.shareOfCeiling().isPresent()) {
      return Optional.of(summary.shareOfCeiling().getAsDouble());
    }
    return summary.workload().isPrefill() && multiplyAdds.isPresent()
        ? arithmetic(run)
            .map(
                ceiling ->
                    summary.median().tokensPerSecond()
                        * multiplyAdds.getAsLong()
                        / ceiling.perSecond())
        : Optional.empty();
  }

  /** What the kernels that served multiply: bytes where they were assembled, for most formats. */
  private static Optional<Ceiling> arithmetic(BenchmarkRun run) {
    boolean floats =
        !run.settings().kernels().startsWith("assembled")
            || Set.of("F32", "F16", "BF16").contains(run.model().format());
    return highest(run, floats ? "f32-multiply-add" : "int8-multiply-add");
  }

  private static Optional<Ceiling> highest(BenchmarkRun run, String what) {
    return run.environment().ceilings().stream()
        .filter(ceiling -> ceiling.what().equals(what))
        .max(Comparator.comparingDouble(Ceiling::perSecond));
  }

  private static Optional<String> prefill(
      BenchmarkRun run, List<RunSummary> summaries, OptionalLong multiplyAdds) {
    return summaries.stream()
        .filter(summary -> summary.workload().isPrefill())
        .findFirst()
        .flatMap(
            summary ->
                share(run, summary, multiplyAdds)
                    .flatMap(
                        share ->
                            arithmetic(run)
                                .map(
                                    ceiling ->
                                        "%s does %.2f billion multiply-adds of weights a token: %s of the %s that %d threads reach here, attention not counted."
                                            .formatted(
                                                summary.workload(),
                                                multiplyAdds.orElseThrow() / 1e9,
                                                percent(share),
                                                ceiling(ceiling.what(), ceiling.perSecond()),
                                                ceiling.threads()))));
  }

  private static String profile(String test, Map<String, Long> nanos) {
    double whole = nanos.values().stream().mapToLong(Long::longValue).sum();
    TextTable table = TextTable.of(test, ">ms", ">share");
    nanos.forEach(
        (operation, time) ->
            table.row(
                operation,
                String.format(Locale.ROOT, "%.2f", time / 1e6),
                percent(time / whole)));
    return System.lineSeparator() + table;
  }

  /** A ceiling in words, for example {@code read bandwidth 31.1 GB/s}. */
  static String ceiling(String what, double perSecond) {
    return what.equals("read-bandwidth")
        ? "read bandwidth " + new Bandwidth(perSecond)
        : "%s %.0f billion/s".formatted(what.replace('-', ' '), perSecond / 1e9);
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
