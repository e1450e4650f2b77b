package headroom.web.results;

import headroom.measure.BenchmarkRun;
import headroom.measure.Cell;
import headroom.measure.RunSummary;
import headroom.measure.Workload;
import headroom.units.Bandwidth;
import headroom.units.TokenRate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One test of a run, ready to be shown.
 *
 * @param test in llama-bench's notation
 * @param meaning the same in words
 * @param median with its unit
 * @param interval 95 %, with its unit
 * @param samples counted repetitions
 * @param share of the measured read bandwidth in percent, for decode
 * @param shareExplained how that share is computed
 * @param shareAbsent why there is no share, where there is none
 * @param forks rates of each process, as text
 */
record CellView(
    String test,
    String meaning,
    String median,
    String interval,
    int samples,
    Optional<Integer> share,
    Optional<String> shareExplained,
    String shareAbsent,
    List<String> forks,
    StripChart chart) {

  /**
   * From here on decode counts as bound by memory: the least that llama.cpp reaches on GeForce RTX
   * 3090, 4090 and 5090 (medians 0.65, 0.72, 0.64 over public llama-bench rows, August 2026).
   */
  private static final double MEMORY_BOUND = 0.64;

  static CellView of(BenchmarkRun run, Cell cell) {
    RunSummary summary = RunSummary.of(run, cell);
    double[][] rates = rates(summary.workload(), cell);
    return new CellView(
        cell.test(),
        meaning(summary.workload()),
        summary.median().toString(),
        Rates.interval(summary.low(), summary.high()),
        summary.samples(),
        summary.shareOfCeiling().stream()
            .mapToObj(share -> (int) Math.round(100 * share))
            .findFirst(),
        summary.shareOfCeiling().stream()
            .mapToObj(share -> explain(run, summary, share))
            .findFirst(),
        summary.workload().isPrefill()
            ? "not asked: arithmetic limits a prompt, not memory"
            : "not known: no ceiling was measured",
        Arrays.stream(rates).map(CellView::written).toList(),
        StripChart.of(summary, rates));
  }

  private static double[][] rates(Workload workload, Cell cell) {
    return cell.forks().stream()
        .map(
            fork ->
                fork.sampleNanos().stream()
                    .mapToDouble(nanos -> workload.tokens() * 1e9 / nanos)
                    .toArray())
        .toArray(double[][]::new);
  }

  private static String meaning(Workload workload) {
    String what =
        workload.isPrefill()
            ? "reading a prompt of %,d tokens".formatted(workload.promptTokens())
            : "writing %,d tokens one by one".formatted(workload.generatedTokens());
    return what
        + (workload.depth() == 0
            ? ", nothing before"
            : ", with %,d tokens already there".formatted(workload.depth()));
  }

  /** The same sum as {@link RunSummary}, backwards: the rate says how many bytes were read. */
  private static String explain(BenchmarkRun run, RunSummary summary, double share) {
    Workload workload = summary.workload();
    double depth = workload.depth() + workload.generatedTokens() / 2.0;
    double bytes = run.model().weightBytesPerToken() + depth * run.model().cacheBytesPerToken();
    double read = bytes * summary.median().tokensPerSecond();
    return String.format(
        Locale.ROOT,
        "Each token reads %.3g MB of weights and cache; at %s that is %s, which is %.0f %% of the"
            + " %s that this machine's memory gave in the agent's read test. %s",
        bytes / 1e6,
        summary.median(),
        new Bandwidth(read),
        100 * share,
        new Bandwidth(read / share),
        verdict(share));
  }

  private static String verdict(double share) {
    if (share > 1) {
      return "More than 100 % means that a part of the weights was read from the processor's cache"
          + " and not from memory.";
    }
    return share >= MEMORY_BOUND
        ? "Memory is the limit: faster memory or fewer bits per weight would help, more threads not."
        : "Memory alone does not explain that: computing, threads that wait for each other, or a"
            + " clock held back by heat or power takes its part.";
  }

  private static String written(double[] rates) {
    return Arrays.stream(rates)
        .mapToObj(rate -> new TokenRate(rate).toString().replace(" tok/s", ""))
        .collect(Collectors.joining(", "));
  }
}
