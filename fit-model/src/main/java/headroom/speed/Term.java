package headroom.speed;

import java.util.Locale;

/**
 * A constant of a speed model: the logarithm of a factor, a share or a time, with what is believed
 * of it before any measurement.
 */
public interface Term {
  /** As enums have it. */
  String name();

  /** As enums have it. */
  int ordinal();

  /** Its name in the constants file. */
  default String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The believed value itself, above 0. */
  double believed();

  /** Standard deviation of the logarithm of that belief. */
  double spread();

  /** Its place in an array of constants. */
  default int place() {
    return ordinal();
  }
}
