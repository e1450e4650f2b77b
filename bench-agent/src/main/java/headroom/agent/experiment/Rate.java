package headroom.agent.experiment;

import java.util.Arrays;

/**
 * Tokens a second, over repetitions.
 *
 * @param median of all
 * @param low slowest
 * @param high fastest
 */
public record Rate(double median, double low, double high) {
  /** Of tokens that took these times. */
  static Rate of(int tokens, long[] nanos) {
    return of(Arrays.stream(nanos).mapToDouble(time -> tokens * 1e9 / time).toArray());
  }

  static Rate of(double[] perSecond) {
    double[] sorted = perSecond.clone();
    Arrays.sort(sorted);
    return new Rate(sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
  }
}
