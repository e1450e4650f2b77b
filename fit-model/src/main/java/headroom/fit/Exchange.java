package headroom.fit;

import java.util.function.Supplier;

/**
 * What cards that compute at the same time tell each other.
 *
 * @param seconds of one step or one prompt
 * @param text writes how they come about; called only when someone reads it
 * @param source where the arithmetic comes from
 */
record Exchange(double seconds, Supplier<String> text, String source) {
  /**
   * Nobody's run of cards at the same time is among the fitted ones, so intervals take this factor
   * besides, combined as independent errors are. Published runs that it was held against are in
   * {@code ParallelSpeedTest}.
   */
  private static final double UNSURE = 1.35;

  /** An interval's end, a factor on the median, with what is unsure of the exchange besides. */
  static double widened(double factor) {
    double own = Math.log(factor);
    double both = Math.hypot(own, Math.log(UNSURE));
    return Math.exp(own < 0 ? -both : both);
  }
}
