package headroom.catalogue;

import headroom.device.ComputeRates;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Processors whose names have a pattern in common and which compute alike.
 *
 * @param pattern regular expression that finds the family in a name
 * @param cores with which an engine computes: performance cores where there are others
 * @param baseGhz clock that all cores hold
 * @param boostGhz clock that one core reaches
 * @param operationsPerCycle additions and multiplications in 32-bit floats per core
 * @param byteProducts true where it has instructions for dot products of bytes that engines use
 */
public record ProcessorChip(
    String pattern,
    int cores,
    double baseGhz,
    double boostGhz,
    int operationsPerCycle,
    boolean byteProducts) {
  /** Makers often write the number of cores into the name. */
  private static final Pattern CORES = Pattern.compile("(\\d{1,3})-Cores?\\b");

  public ProcessorChip {
    Range.positive("cores", OptionalDouble.of(cores));
    Range.positive("base_ghz", OptionalDouble.of(baseGhz));
    Range.positive("boost_ghz", OptionalDouble.of(boostGhz));
    Range.positive("operations_per_cycle", OptionalDouble.of(operationsPerCycle));
    if (boostGhz < baseGhz) {
      throw new IllegalArgumentException(
          "boost_ghz is %s, below base_ghz %s".formatted(boostGhz, baseGhz));
    }
  }

  boolean has(String name) {
    return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE).matcher(name).find();
  }

  /**
   * Peak of the processor of this name. With all cores at work the clock lies between the two that
   * are stated: their geometric mean.
   */
  ComputeRates rates(String name, OptionalInt counted) {
    Matcher told = CORES.matcher(name);
    int count =
        counted.isPresent()
            ? counted.getAsInt()
            : told.find() ? Integer.parseInt(told.group(1)) : cores;
    double gigahertz = Math.sqrt(baseGhz * boostGhz);
    return ComputeRates.ofVectors(count * gigahertz * operationsPerCycle / 1000, byteProducts);
  }
}
