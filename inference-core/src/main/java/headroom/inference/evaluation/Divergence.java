package headroom.inference.evaluation;

import java.util.Arrays;

/**
 * How far predictions lie from those that they are held against, token by token.
 *
 * @param base perplexity of what they are held against
 * @param difference of the perplexities
 * @param logRatio ln of their quotient
 * @param mean Kullback-Leibler divergence from the base in nats
 * @param median of the divergence
 * @param percentile99 divergence that 99 % of tokens stay below
 * @param largest divergence of a token
 * @param sameTop share of tokens whose likeliest successor is the same
 */
public record Divergence(
    Estimate base,
    Estimate difference,
    Estimate logRatio,
    Estimate mean,
    double median,
    double percentile99,
    double largest,
    Estimate sameTop) {

  /** Collects what a divergence is made of. */
  static final class Collector {
    private final Moments losses = new Moments();
    private final Moments divergences = new Moments();
    private double[] values = new double[1024];
    private int same;

    void add(LogProbabilities base, LogProbabilities tested, int token) {
      losses.add(-tested.of(token), -base.of(token));
      double divergence = base.divergenceOf(tested);
      int count = (int) divergences.count();
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count] = divergence;
      divergences.add(divergence, 0);
      same += base.top() == tested.top() ? 1 : 0;
    }

    Divergence divergence() {
      int count = (int) divergences.count();
      double[] sorted = Arrays.copyOf(values, count);
      Arrays.sort(sorted);
      Estimate tested = losses.first();
      Estimate base = losses.second();
      double covariance = losses.covariance();
      double ppl = Math.exp(tested.value());
      double pplBase = Math.exp(base.value());
      double share = (double) same / count;
      return new Divergence(
          new Estimate(pplBase, pplBase * base.error()),
          new Estimate(
              ppl - pplBase,
              error(ppl * tested.error(), pplBase * base.error(), ppl * pplBase * covariance)),
          new Estimate(
              tested.value() - base.value(), error(tested.error(), base.error(), covariance)),
          divergences.first(),
          percentile(sorted, 0.5),
          percentile(sorted, 0.99),
          sorted[count - 1],
          new Estimate(share, Math.sqrt(share * (1 - share) / Math.max(1, count - 1))));
    }

    /** Standard error of a difference of two means that vary together. */
    private static double error(double a, double b, double covariance) {
      return Math.sqrt(Math.max(0, a * a + b * b - 2 * covariance));
    }

    private static double percentile(double[] sorted, double share) {
      double at = share * (sorted.length - 1);
      int below = (int) at;
      int above = Math.min(below + 1, sorted.length - 1);
      return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
  }
}
