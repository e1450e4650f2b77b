package headroom.speed;

/**
 * A constant of a speed model: the logarithm of a factor, a share or a time, with what is believed
 * of it before any measurement.
 */
public interface Term {
  /** Its name in the constants file. */
  String key();

  /** The believed value itself, above 0. */
  double believed();

  /** Standard deviation of the logarithm of that belief. */
  double spread();

  /** Its place in an array of constants. */
  int place();
}
