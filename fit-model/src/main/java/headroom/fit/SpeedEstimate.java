package headroom.fit;

import headroom.units.TokenRate;
import java.util.function.Supplier;

/**
 * A predicted speed.
 *
 * @param median the most likely rate
 * @param low lower end of the interval
 * @param high upper end of the interval
 * @param limiter what holds it back: {@code memory bandwidth}, {@code arithmetic} …
 * @param formulaText writes the formula with the numbers put in; called only when someone reads it
 * @param source where the formula and its constants come from
 */
public record SpeedEstimate(
    TokenRate median,
    TokenRate low,
    TokenRate high,
    String limiter,
    Supplier<String> formulaText,
    String source) {

  /** The formula with the numbers put in, so that it can be checked by hand. */
  public String formula() {
    return formulaText.get();
  }
}
