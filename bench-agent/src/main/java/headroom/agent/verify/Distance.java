package headroom.agent.verify;

/**
 * How far two lists of logits lie apart.
 *
 * @param maxAbs largest distance of one logit
 * @param rms root mean square distance
 */
record Distance(double maxAbs, double rms) {

  /** Compares; a NaN on our side is infinitely far. */
  static Distance between(float[] found, double[] wanted) {
    if (found.length != wanted.length) {
      throw new IllegalArgumentException(
          "%d logits; wanted %d".formatted(found.length, wanted.length));
    }
    double worst = 0;
    double squares = 0;
    for (int i = 0; i < found.length; i++) {
      double distance =
          Float.isNaN(found[i]) ? Double.POSITIVE_INFINITY : Math.abs(found[i] - wanted[i]);
      worst = Math.max(worst, distance);
      squares += distance * distance;
    }
    return new Distance(worst, Math.sqrt(squares / found.length));
  }

  Distance worse(Distance other) {
    return new Distance(Math.max(maxAbs, other.maxAbs), Math.max(rms, other.rms));
  }
}
