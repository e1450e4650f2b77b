package headroom.inference.evaluation;

/** Sums of two measures of each token, for means, their errors and how they vary together. */
final class Moments {
  /** Fewer say nothing about their spread; as perplexity.cpp has it. */
  private static final int FEW = 10;

  private long count;
  private double sumA;
  private double sumB;
  private double sumAa;
  private double sumBb;
  private double sumAb;

  void add(double a, double b) {
    count++;
    sumA += a;
    sumB += b;
    sumAa += a * a;
    sumBb += b * b;
    sumAb += a * b;
  }

  long count() {
    return count;
  }

  Estimate first() {
    return estimate(sumA, sumAa);
  }

  Estimate second() {
    return estimate(sumB, sumBb);
  }

  /** Covariance of the two means. */
  double covariance() {
    return count < FEW ? 0 : (sumAb / count - sumA / count * (sumB / count)) / (count - 1);
  }

  private Estimate estimate(double sum, double squares) {
    if (count == 0) {
      return new Estimate(0, 0);
    }
    double mean = sum / count;
    double variance = squares / count - mean * mean;
    return new Estimate(mean, variance > 0 && count > FEW ? Math.sqrt(variance / (count - 1)) : 0);
  }
}
