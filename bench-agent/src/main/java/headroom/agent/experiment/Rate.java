package headroom.agent.experiment;

/**
 * Tokens per second, of several repetitions.
 *
 * @param median in the middle
 * @param low slowest
 * @param high fastest
 */
public record Rate(double median, double low, double high) {
  public Rate {
    if (low > median || median > high) {
      throw new IllegalArgumentException(
          "found %s to %s with a median of %s; wanted it between".formatted(low, high, median));
    }
  }
}
