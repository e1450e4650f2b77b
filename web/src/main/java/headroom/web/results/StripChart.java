package headroom.web.results;

import headroom.measure.RunSummary;
import headroom.units.TokenRate;
import java.util.ArrayList;
import java.util.List;

/**
 * Where every sample of a test lies, one row of dots for each process: the shape of the noise. In
 * units of a view box {@link #WIDTH} wide.
 *
 * @param height of the view box
 * @param dots one for each sample
 * @param median place of the median
 * @param low place of the lower end of the interval
 * @param high place of the upper end
 * @param least slowest sample, written at the left end
 * @param most fastest sample, written at the right end
 */
record StripChart(
    int height, List<Dot> dots, double median, double low, double high, String least, String most) {
  static final int WIDTH = 400;
  private static final int MARGIN = 8;
  private static final int ROW = 18;

  /** One sample. */
  record Dot(double x, double y) {}

  /**
   * @param rates tokens per second, [processes][samples]
   */
  static StripChart of(RunSummary summary, double[][] rates) {
    double least = summary.low().tokensPerSecond();
    double most = summary.high().tokensPerSecond();
    for (double[] fork : rates) {
      for (double rate : fork) {
        least = Math.min(least, rate);
        most = Math.max(most, rate);
      }
    }
    List<Dot> dots = new ArrayList<>();
    for (int f = 0; f < rates.length; f++) {
      for (double rate : rates[f]) {
        dots.add(new Dot(place(rate, least, most), ROW * (f + 0.5)));
      }
    }
    return new StripChart(
        ROW * rates.length,
        dots,
        place(summary.median().tokensPerSecond(), least, most),
        place(summary.low().tokensPerSecond(), least, most),
        place(summary.high().tokensPerSecond(), least, most),
        new TokenRate(least).toString(),
        new TokenRate(most).toString());
  }

  public String viewBox() {
    return "0 0 %d %d".formatted(WIDTH, height);
  }

  /** Width of the interval; at least a hair, so that it can be seen. */
  public double interval() {
    return Math.max(1, high - low);
  }

  private static double place(double rate, double least, double most) {
    double share = most > least ? (rate - least) / (most - least) : 0.5;
    return Math.round(10 * (MARGIN + share * (WIDTH - 2 * MARGIN))) / 10.0;
  }
}
