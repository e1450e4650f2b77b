package headroom.paper;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A number that a paper claims.
 *
 * @param statement what was measured, in words
 * @param value the number, or the lower end of a range
 * @param valueTo the upper end, where the paper gives a range
 * @param unit {@code x}, {@code %}, {@code tok/s} …
 * @param conditions hardware, models and baseline as the paper names them
 * @param place where in the paper it stands
 */
public record Claim(
    String statement,
    double value,
    OptionalDouble valueTo,
    String unit,
    String conditions,
    String place) {

  /** The number with its unit: {@code 2.35–3.47x}, {@code 82 %}, {@code 13.2 tok/s}. */
  public String figure() {
    String number =
        valueTo.isEmpty() ? plain(value) : plain(value) + "–" + plain(valueTo.getAsDouble());
    return unit.equals("x") ? number + "×" : number + " " + unit;
  }

  private static String plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? String.format(Locale.ROOT, "%,d", (long) number)
        : Double.toString(number);
  }
}
