package headroom.accuracy;

import java.util.Optional;

/**
 * One predicted amount beside the real one.
 *
 * @param quantity {@code weights}, {@code kv}, {@code compute}, {@code total}, {@code decode} or
 *     {@code prefill}
 * @param predicted MiB of memory, or tokens per second
 * @param expected in the same unit, above 0
 * @param error (predicted - expected) / expected for memory, ln(predicted / expected) for speed
 * @param covered whether the 80 % interval holds the expected speed; empty for memory
 */
public record Comparison(
    String quantity, double predicted, double expected, double error, Optional<Boolean> covered) {

  static Comparison memory(String quantity, double predictedMib, double expectedMib) {
    return new Comparison(
        quantity,
        predictedMib,
        expectedMib,
        (predictedMib - expectedMib) / expectedMib,
        Optional.empty());
  }

  static Comparison speed(
      String quantity, double predicted, double low, double high, double measured) {
    return new Comparison(
        quantity,
        predicted,
        measured,
        Math.log(predicted / measured),
        Optional.of(low <= measured && measured <= high));
  }
}
