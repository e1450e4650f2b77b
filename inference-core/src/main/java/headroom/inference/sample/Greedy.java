package headroom.inference.sample;

/** Always the most likely token; of equals the first. */
public final class Greedy implements Distribution {
  @Override
  public int sample(float[] logits) {
    int best = -1;
    for (int i = 0; i < logits.length; i++) {
      if (!Float.isNaN(logits[i]) && (best < 0 || logits[i] > logits[best])) {
        best = i;
      }
    }
    if (best < 0) {
      throw new IllegalArgumentException(
          "found no number among %d logits; wanted at least one; the weights may be damaged"
              .formatted(logits.length));
    }
    return best;
  }

  @Override
  public double[] probabilities(float[] logits) {
    double[] all = new double[logits.length];
    all[sample(logits)] = 1;
    return all;
  }

  @Override
  public double next() {
    return 0;
  }
}
