package headroom.web.fit;

import headroom.fit.FitReport;
import headroom.fit.MemoryLine;
import headroom.fit.MemoryLine.Quantity;
import headroom.fit.Verdict;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Device memory as one bar; positions are percentages of its length.
 *
 * @param segments from left to right
 * @param limit where the usable memory ends, where the question needs more than that
 * @param description the same in words
 */
record MemoryBar(List<Segment> segments, Optional<String> limit, String description) {

  /**
   * One stretch of the bar.
   *
   * @param tone class that colours it
   * @param start left end in percent
   * @param width in percent
   */
  record Segment(String tone, String start, String width) {}

  /** The class that colours everything of one quantity. */
  static String tone(Quantity quantity) {
    return "seg-" + quantity.name().toLowerCase(Locale.ROOT);
  }

  static MemoryBar of(FitReport report) {
    Bytes total = report.memory().deviceTotal();
    Optional<Bytes> usable = usable(report);
    double scale = Math.max(total.value(), usable.map(Bytes::value).orElse(0L));
    List<Segment> segments = new ArrayList<>();
    List<String> words = new ArrayList<>();
    long start = 0;
    for (Quantity quantity : Quantity.values()) {
      Bytes bytes = sum(report, quantity);
      if (bytes.value() > 0) {
        segments.add(segment(tone(quantity), start, bytes.value(), scale));
        words.add(quantity.name().toLowerCase(Locale.ROOT) + " " + bytes);
        start += bytes.value();
      }
    }
    boolean fits = report.verdict() instanceof Verdict.Fits;
    if (fits) {
      segments.add(segment("seg-free", start, report.verdict().headroom().value(), scale));
      words.add("free " + report.verdict().headroom());
    }
    return new MemoryBar(
        segments,
        fits ? Optional.empty() : usable.map(bytes -> percent(bytes.value() / scale)),
        String.join(", ", words));
  }

  /** What the device can give to a model; empty where it is not known. */
  static Optional<Bytes> usable(FitReport report) {
    return report.verdict() instanceof Verdict.Unknown
        ? Optional.empty()
        : Optional.of(report.memory().deviceTotal().plus(report.verdict().headroom()));
  }

  private static Bytes sum(FitReport report, Quantity quantity) {
    return report.memory().lines().stream()
        .filter(line -> line.place().isCard() && line.quantity() == quantity)
        .map(MemoryLine::bytes)
        .reduce(Bytes.ZERO, Bytes::plus);
  }

  private static Segment segment(String tone, long start, long width, double scale) {
    return new Segment(tone, percent(start / scale), percent(width / scale));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.3f%%", 100 * share);
  }
}
