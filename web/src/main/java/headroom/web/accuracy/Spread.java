package headroom.web.accuracy;

import headroom.accuracy.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * Where the errors of many predictions lie: a histogram around no error, in units of a view box
 * {@link #WIDTH} wide. What lies past an end is counted in the last bar there.
 *
 * @param bars from the most underestimated to the most overestimated
 * @param left what the left end stands for
 * @param right what the right end stands for
 * @param description the same in words
 */
record Spread(List<Bar> bars, String left, String right, String description) {
  static final int WIDTH = 400;
  static final int HEIGHT = 96;
  private static final int BINS = 41;

  /**
   * One bar.
   *
   * @param middle true where it holds no error
   */
  record Bar(double x, double y, double width, double height, boolean middle) {}

  /**
   * @param reach error at the ends
   * @param writing an error for people
   */
  static Spread of(List<Comparison> comparisons, double reach, DoubleFunction<String> writing) {
    int[] counts = new int[BINS];
    int below = 0;
    int above = 0;
    for (Comparison one : comparisons) {
      int bin = (int) Math.round((one.error() / reach + 1) / 2 * (BINS - 1));
      counts[Math.clamp(bin, 0, BINS - 1)]++;
      below += bin < BINS / 2 ? 1 : 0;
      above += bin > BINS / 2 ? 1 : 0;
    }
    int most = 1;
    for (int count : counts) {
      most = Math.max(most, count);
    }
    List<Bar> bars = new ArrayList<>();
    double width = (double) WIDTH / BINS;
    for (int bin = 0; bin < BINS; bin++) {
      double height = counts[bin] == 0 ? 0 : Math.max(2, (double) HEIGHT * counts[bin] / most);
      bars.add(
          new Bar(
              tenth(bin * width + 1),
              tenth(HEIGHT - height),
              tenth(width - 2),
              tenth(height),
              bin == BINS / 2));
    }
    return new Spread(
        bars,
        writing.apply(-reach),
        writing.apply(reach),
        String.format(
            Locale.ROOT,
            "%d comparisons: %d too low, %d within %s of reality, %d too high",
            comparisons.size(),
            below,
            comparisons.size() - below - above,
            writing.apply(reach / (BINS - 1)).replace("+", ""),
            above));
  }

  public String viewBox() {
    return "0 0 %d %d".formatted(WIDTH, HEIGHT);
  }

  private static double tenth(double value) {
    return Math.round(10 * value) / 10.0;
  }
}
