package headroom.web.support;

/**
 * One choice of a select.
 *
 * @param value of the parameter
 * @param label for people
 */
public record Option(String value, String label) {
  /** A choice that reads as it is sent. */
  public static Option of(String value) {
    return new Option(value, value);
  }
}
