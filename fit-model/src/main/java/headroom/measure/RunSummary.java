package headroom.measure;

import headroom.units.TokenRate;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/**
 * What a cell says once computed: the median rate and its 95 % interval.
 *
 * @param workload the test
 * @param median median over processes of the median over their samples
 * @param low lower end of the 95 % interval
 * @param high upper end of the 95 % interval
 * @param samples counted repetitions over all processes
 * @param shareOfCeiling bytes read per second over the machine's measured read bandwidth, for
 *     decode tests where both are known
 */
public record RunSummary(
    Workload workload,
    TokenRate median,
    TokenRate low,
    TokenRate high,
    int samples,
    OptionalDouble shareOfCeiling) {
  /** Resamples of the bootstrap; 2,000 settles the 2.5 % quantile to about one sample step. */
  private static final int RESAMPLES = 2_000;

  /** Fixed, so that the same samples always give the same interval. */
  private static final long SEED = 0x48454144L;

  /**
   * Summarises one cell of a run. The interval is a hierarchical bootstrap (processes, then
   * samples): repetitions of one process are not independent (Kalibera and Jones 2013, "Rigorous
   * Benchmarking in Reasonable Time").
   *
   * @throws IllegalArgumentException where the test is not in the notation, a process has no
   *     sample, or a sample is not above zero
   */
  public static RunSummary of(BenchmarkRun run, Cell cell) {
    Workload workload =
        Workload.parse(cell.test())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "test is '%s'; wanted pp512, tg128 or tg128@d4096 and the like"
                            .formatted(cell.test())));
    double[][] rates = rates(cell, workload);
    double[] resampled = bootstrap(rates);
    TokenRate median = new TokenRate(medianOfMedians(rates));
    return new RunSummary(
        workload,
        median,
        new TokenRate(quantile(resampled, 0.025)),
        new TokenRate(quantile(resampled, 0.975)),
        Arrays.stream(rates).mapToInt(fork -> fork.length).sum(),
        shareOfCeiling(run, workload, median));
  }

  private static double[][] rates(Cell cell, Workload workload) {
    if (cell.forks().isEmpty()) {
      throw new IllegalArgumentException(
          "test %s has no process; wanted at least one".formatted(cell.test()));
    }
    double[][] rates = new double[cell.forks().size()][];
    for (int f = 0; f < rates.length; f++) {
      var samples = cell.forks().get(f).sampleNanos();
      if (samples.isEmpty() || samples.stream().anyMatch(nanos -> nanos <= 0)) {
        throw new IllegalArgumentException(
            "test %s, process %d: samples are %s; wanted at least one, all above 0 ns"
                .formatted(cell.test(), f + 1, samples));
      }
      rates[f] = samples.stream().mapToDouble(nanos -> workload.tokens() * 1e9 / nanos).toArray();
    }
    return rates;
  }

  private static double[] bootstrap(double[][] rates) {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] medians = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      double[][] drawn = new double[rates.length][];
      for (int f = 0; f < drawn.length; f++) {
        double[] fork = rates[random.nextInt(rates.length)];
        drawn[f] = random.doubles(fork.length).map(u -> fork[(int) (u * fork.length)]).toArray();
      }
      medians[r] = medianOfMedians(drawn);
    }
    Arrays.sort(medians);
    return medians;
  }

  private static double medianOfMedians(double[][] forks) {
    return median(Arrays.stream(forks).mapToDouble(RunSummary::median).toArray());
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return quantile(sorted, 0.5);
  }

  /** Linear interpolation between order statistics (Hyndman and Fan 1996, type 7). */
  private static double quantile(double[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }

  private static OptionalDouble shareOfCeiling(
      BenchmarkRun run, Workload workload, TokenRate rate) {
    if (workload.isPrefill()) {
      return OptionalDouble.empty();
    }
    // Mean depth while generating n tokens from depth d is d + n/2.
    double depth = workload.depth() + workload.generatedTokens() / 2.0;
    double bytes = run.model().weightBytesPerToken() + depth * run.model().cacheBytesPerToken();
    OptionalDouble ceiling =
        run.environment().ceilings().stream()
            .filter(c -> c.what().equals("read-bandwidth"))
            .mapToDouble(EnvironmentFacts.Ceiling::perSecond)
            .max();
    return ceiling.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(bytes * rate.tokensPerSecond() / ceiling.getAsDouble());
  }
}
