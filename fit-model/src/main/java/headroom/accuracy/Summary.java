package headroom.accuracy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How far predictions of one quantity lie from reality, in absolute errors.
 *
 * @param n comparisons, at least 1
 * @param median middle error
 * @param mean average error
 * @param worst largest error
 * @param within share of comparisons within so many percent
 * @param coverage80 share of real speeds inside the 80 % interval; empty for memory
 */
public record Summary(
    int n,
    double median,
    double mean,
    double worst,
    Map<String, Double> within,
    OptionalDouble coverage80) {
  private static final List<Integer> PERCENTS = List.of(1, 5, 10, 20);

  /**
   * Sums up these comparisons.
   *
   * @param comparisons of one quantity, at least one
   */
  public static Summary of(List<Comparison> comparisons) {
    double[] errors =
        comparisons.stream().mapToDouble(one -> Math.abs(one.error())).sorted().toArray();
    int n = errors.length;
    Map<String, Double> within = new LinkedHashMap<>();
    for (int percent : PERCENTS) {
      long close = Arrays.stream(errors).filter(error -> error <= percent / 100.0).count();
      within.put("" + percent, (double) close / n);
    }
    return new Summary(
        n,
        (errors[(n - 1) / 2] + errors[n / 2]) / 2,
        Arrays.stream(errors).average().orElseThrow(),
        errors[n - 1],
        within,
        comparisons.stream()
            .flatMap(one -> one.covered().stream())
            .mapToDouble(covered -> covered ? 1 : 0)
            .average());
  }
}
