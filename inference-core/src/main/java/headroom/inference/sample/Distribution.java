package headroom.inference.sample;

/** A sampler that can say what it draws from. */
public interface Distribution extends Sampler {
  /** The probability of each token [vocabulary] given these logits, which are left alone. */
  double[] probabilities(float[] logits);

  /** The next number of its generator, from 0 to below 1. */
  double next();

  /** Draws from weights that need not sum to 1; one of 0 is never drawn. */
  default int draw(double[] weights) {
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    double drawn = next() * total;
    int last = -1;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        last = i;
        drawn -= weights[i];
        if (drawn < 0) {
          return i;
        }
      }
    }
    if (last < 0) {
      throw new IllegalArgumentException("found no weight above 0; wanted at least one");
    }
    return last;
  }
}
