package headroom.inference.jinja;

import headroom.inference.jinja.Arguments.Given;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** From values to numbers. */
final class Numbers {
  private Numbers() {}

  static @Nullable Object whole(@Nullable Object value, @Nullable Object otherwise) {
    if (Values.number(value) instanceof Number number) {
      return number.longValue();
    }
    try {
      return (long) Double.parseDouble(Values.text(value).strip());
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  static @Nullable Object broken(@Nullable Object value, @Nullable Object otherwise) {
    if (Values.number(value) instanceof Number number) {
      return number.doubleValue();
    }
    try {
      return Double.parseDouble(Values.text(value).strip());
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  static double round(@Nullable Object value, Given given) {
    if (!(Values.number(value) instanceof Number number)
        || !(given.get(0, "precision", 0L) instanceof Long digits)) {
      throw new TemplateException(
          "the chat template rounds %s; wanted a number".formatted(Values.kind(value)));
    }
    RoundingMode mode =
        switch (Values.text(given.get(1, "method", "common"))) {
          case "ceil" -> RoundingMode.CEILING;
          case "floor" -> RoundingMode.FLOOR;
          default -> RoundingMode.HALF_EVEN;
        };
    return BigDecimal.valueOf(number.doubleValue())
        .setScale(Math.clamp(digits, -300, 300), mode)
        .doubleValue();
  }
}
