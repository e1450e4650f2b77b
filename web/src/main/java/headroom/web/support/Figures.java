package headroom.web.support;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.DoubleFunction;

/** How the site writes figures: thousands by commas, no digits that say nothing. */
public final class Figures {
  private Figures() {}

  /** {@code 1,008}, {@code 82.58}, {@code 0.5}: up to two decimals, trailing zeros dropped. */
  public static String plain(double number) {
    if (number == Math.rint(number)) {
      return String.format(Locale.ROOT, "%,.0f", number);
    }
    String text = String.format(Locale.ROOT, "%,.2f", number);
    return text.endsWith("0") ? text.substring(0, text.length() - 1) : text;
  }

  /** {@code 8.03 B}, {@code 671 B}, {@code 135 M}: counts of weights, three digits. */
  public static String parameters(long count) {
    return count >= 1_000_000_000_000L
        ? threeDigits(count / 1e12) + " T"
        : count >= 999_500_000L ? threeDigits(count / 1e9) + " B" : threeDigits(count / 1e6) + " M";
  }

  /** {@code 131,072} as {@code 128k}: token counts that are whole multiples of 1,024. */
  public static String tokens(int count) {
    return count >= 1024 && count % 1024 == 0
        ? String.format(Locale.ROOT, "%,dk", count / 1024)
        : String.format(Locale.ROOT, "%,d", count);
  }

  /** A figure with its unit behind it, empty where it is not known. */
  public static Optional<String> with(OptionalDouble figure, String unit) {
    return as(figure, number -> plain(number) + " " + unit);
  }

  /** The same for whole numbers. */
  public static Optional<String> with(OptionalInt figure, String unit) {
    return figure.isPresent()
        ? Optional.of(String.format(Locale.ROOT, "%,d %s", figure.getAsInt(), unit))
        : Optional.empty();
  }

  /** A figure written in a way of its own, empty where it is not known. */
  public static Optional<String> as(OptionalDouble figure, DoubleFunction<String> writing) {
    return figure.isPresent() ? Optional.of(writing.apply(figure.getAsDouble())) : Optional.empty();
  }

  /** US dollars: {@code $1,599}. */
  public static String dollars(double amount) {
    return String.format(Locale.ROOT, "$%,.0f", amount);
  }

  private static String threeDigits(double number) {
    return String.format(
        Locale.ROOT, number >= 99.95 ? "%.0f" : number >= 9.995 ? "%.1f" : "%.2f", number);
  }
}
