package headroom.inference.evaluation;

/** What logits say: ln p(i) = logit(i) - ln Σ e^logit, in double. */
final class LogProbabilities {
  private final float[] logits;
  private final double normaliser;
  private final int top;

  LogProbabilities(float[] logits) {
    this.logits = logits;
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp((double) logit - logits[best]);
    }
    top = best;
    normaliser = logits[best] + Math.log(sum);
  }

  double of(int token) {
    return logits[token] - normaliser;
  }

  /** The likeliest token, the first of equals. */
  int top() {
    return top;
  }

  /** Σ p (ln p - ln q) over the vocabulary, in nats; p is this, q the other. */
  double divergenceOf(LogProbabilities other) {
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      double log = of(i);
      sum += Math.exp(log) * (log - other.of(i));
    }
    return Math.max(0, sum); // it is never negative but for rounding
  }
}
