package headroom.web.support;

import java.util.Optional;

/**
 * One fact of a list of facts, ready to be shown.
 *
 * @param label for people
 * @param value with its unit, or "not known"
 * @param known false where nobody has told us
 */
public record Fact(String label, String value, boolean known) {
  public static final String NOT_KNOWN = "not known";

  public static Fact of(String label, Object value) {
    return new Fact(label, value.toString(), true);
  }

  /** The value where there is one, "not known" otherwise. */
  public static Fact of(String label, Optional<?> value) {
    return value
        .map(v -> new Fact(label, v.toString(), true))
        .orElseGet(() -> new Fact(label, NOT_KNOWN, false));
  }
}
