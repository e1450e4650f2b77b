package headroom.web.results;

import headroom.units.TokenRate;

/** Writes pairs of rates. */
final class Rates {
  private Rates() {}

  /** Both ends with the unit once: {@code 265 to 269 tok/s}. */
  static String interval(TokenRate low, TokenRate high) {
    return low.toString().replace(" tok/s", "") + " to " + high;
  }
}
