package headroom.fit;

import headroom.units.TokenRate;

/**
 * A predicted speed.
 *
 * @param median the most likely rate
 * @param low lower end of the interval
 * @param high upper end of the interval
 * @param limiter what holds it back: {@code memory bandwidth}, {@code arithmetic} …
 * @param formula with the numbers put in
 * @param source where the formula and its constants come from
 */
public record SpeedEstimate(
    TokenRate median,
    TokenRate low,
    TokenRate high,
    String limiter,
    String formula,
    String source) {}
