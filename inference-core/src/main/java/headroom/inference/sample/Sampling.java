package headroom.inference.sample;

import java.util.Arrays;
import java.util.Random;

/**
 * Draws from the tokens that temperature, top-k and nucleus (top-p, Holtzman et al. 2019, arXiv
 * 1904.09751) leave over, in that order; the same seed draws the same tokens.
 */
public final class Sampling implements Distribution {
  private final float temperature;
  private final int topK;
  private final float topP;
  private final Random random;
  private final Greedy greedy = new Greedy();
  private long[] ranked = {};
  private double[] weights = {}; // by rank

  /**
   * @param temperature above 0; logits are divided by it
   * @param topK most likely tokens kept, at least 1; {@link Integer#MAX_VALUE} keeps all
   * @param topP smallest share of probability kept, above 0 and at most 1
   * @param seed of the generator
   */
  public Sampling(float temperature, int topK, float topP, long seed) {
    if (!(temperature > 0) || Float.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature is " + temperature + "; wanted above 0, or greedy for 0");
    }
    if (topK < 1) {
      throw new IllegalArgumentException("top-k is " + topK + "; wanted at least 1");
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("top-p is " + topP + "; wanted above 0 and at most 1");
    }
    this.temperature = temperature;
    this.topK = topK;
    this.topP = topP;
    this.random = new Random(seed);
  }

  @Override
  public int sample(float[] logits) {
    Kept kept = keep(logits);
    double drawn = next() * kept.weight;
    for (int i = 0; i < kept.count - 1; i++) {
      drawn -= weights[i];
      if (drawn < 0) {
        return token(i);
      }
    }
    return token(kept.count - 1);
  }

  @Override
  public double[] probabilities(float[] logits) {
    Kept kept = keep(logits);
    double[] all = new double[logits.length];
    for (int i = 0; i < kept.count; i++) {
      all[token(i)] = weights[i] / kept.weight;
    }
    return all;
  }

  @Override
  public double next() {
    return random.nextDouble();
  }

  /**
   * What is drawn from.
   *
   * @param count best ranks
   * @param weight of them together
   */
  private record Kept(int count, double weight) {}

  private Kept keep(float[] logits) {
    float largest = logits[greedy.sample(logits)];
    double total = 0;
    float least = Float.NEGATIVE_INFINITY;
    if (topP < 1 && topK >= logits.length) {
      for (float logit : logits) {
        total += Float.isNaN(logit) ? 0 : weight(logit, largest);
      }
      // So many that weigh less than this do not reach 1 - p, and p is reached without them.
      double light = (1 - topP) * total / logits.length / 2;
      least = largest + temperature * (float) Math.log(light);
    }
    int count = rank(logits, least);
    if (weights.length < count) {
      weights = new double[count];
    }
    double ranked = 0;
    for (int i = 0; i < count; i++) {
      weights[i] = weight(logits[token(i)], largest);
      ranked += weights[i];
    }
    double wanted = topP * Math.max(total, ranked);
    double kept = 0;
    int last = 0;
    for (int i = 0; i < count && kept < wanted; i++) {
      kept += weights[i];
      last = i;
    }
    return new Kept(last + 1, kept);
  }

  private double weight(float logit, float largest) {
    return Math.exp((logit - largest) / temperature);
  }

  private int token(int rank) {
    return (int) ranked[rank];
  }

  /**
   * Sorts token ids by falling logit, equals by rising id, those of at least this logit; returns how
   * many top-k leaves. Where all are drawn from, they keep the order they have.
   *
   * <p>As soon as there are twice as many as it leaves, half are dropped, and what is no better
   * than the worst of the others is passed by: sorting a vocabulary of 128256 takes 8 ms, a fifth
   * of what a token of Llama-3.2-1B takes, and this a quarter of one.
   */
  private int rank(float[] logits, float least) {
    int most = (int) Math.min(2L * topK, logits.length);
    if (ranked.length < most) {
      ranked = new long[most];
    }
    int count = 0;
    long worst = Long.MAX_VALUE;
    for (int i = 0; i < logits.length; i++) {
      int bits = Float.floatToIntBits(logits[i]);
      int ascending = bits ^ (bits >> 31) & 0x7FFFFFFF; // orders as the floats do
      long rank = (long) ~ascending << 32 | i;
      if (rank < worst && logits[i] >= least) { // which no NaN is
        ranked[count++] = rank;
        if (count == most && most > topK) {
          Arrays.sort(ranked, 0, count);
          count = topK;
          worst = ranked[topK - 1];
        }
      }
    }
    if (topP < 1 || topK < logits.length) {
      Arrays.sort(ranked, 0, count);
    }
    return Math.min(count, topK);
  }
}
