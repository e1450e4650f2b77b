package headroom.web.fit;

import headroom.fit.SpeedEstimate;
import headroom.paper.PaperCatalogue;
import java.util.List;

/**
 * A predicted speed as the page shows it.
 *
 * @param rate the most likely one
 * @param interval from low to high
 * @param limiter what holds it back
 * @param formula with the numbers put in
 * @param source of formula and constants
 */
record SpeedView(
    String rate, String interval, String limiter, String formula, List<SourceText.Part> source) {
  static SpeedView of(SpeedEstimate speed, PaperCatalogue papers) {
    return new SpeedView(
        speed.median().toString(),
        "%s to %s".formatted(speed.low().toString().replace(" tok/s", ""), speed.high()),
        speed.limiter(),
        speed.formula(),
        SourceText.parts(speed.source(), papers));
  }
}
