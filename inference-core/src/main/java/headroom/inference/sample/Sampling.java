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
      drawn -= weight(logits, i, kept.largest);
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
      all[token(i)] = weight(logits, i, kept.largest) / kept.weight;
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
   * @param largest logit
   */
  private record Kept(int count, double weight, float largest) {}

  private Kept keep(float[] logits) {
    float largest = logits[greedy.sample(logits)];
    int count = rank(logits);
    double total = 0;
    for (int i = 0; i < count; i++) {
      total += weight(logits, i, largest);
    }
    double kept = 0;
    int last = 0;
    for (int i = 0; i < count && kept < topP * total; i++) {
      kept += weight(logits, i, largest);
      last = i;
    }
    return new Kept(last + 1, kept, largest);
  }

  private double weight(float[] logits, int rank, float largest) {
    return Math.exp((logits[token(rank)] - largest) / temperature);
  }

  private int token(int rank) {
    return (int) ranked[rank];
  }

  /**
   * Sorts token ids by falling logit, equals by rising id; returns how many top-k leaves.
   *
   * <p>As soon as there are twice as many as it leaves, half are dropped, and what is no better
   * than the worst of the others is passed by: sorting a vocabulary of 128256 takes 8 ms, as long
   * as a fifth of a token, and this a fiftieth of that.
   */
  private int rank(float[] logits) {
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
      if (rank < worst && !Float.isNaN(logits[i])) {
        ranked[count++] = rank;
        if (count == most && most > topK) {
          Arrays.sort(ranked, 0, count);
          count = topK;
          worst = ranked[topK - 1];
        }
      }
    }
    Arrays.sort(ranked, 0, count);
    return Math.min(count, topK);
  }
}
