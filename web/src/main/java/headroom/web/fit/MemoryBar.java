package headroom.web.fit;

import headroom.fit.CardLoad;
import headroom.fit.FitReport;
import headroom.fit.MemoryLine;
import headroom.fit.MemoryLine.Quantity;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The memory of one device as a bar; positions are percentages of its length.
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

  static MemoryBar of(FitReport report, int card) {
    CardLoad load = report.cards().get(card);
    Bytes total = load.total();
    double scale = Math.max(total.value(), load.usable().map(Bytes::value).orElse(0L));
    List<Segment> segments = new ArrayList<>();
    List<String> words = new ArrayList<>();
    long start = 0;
    for (Quantity quantity : Quantity.values()) {
      Bytes bytes = sum(report, card, quantity);
      if (bytes.value() > 0) {
        segments.add(segment(tone(quantity), start, bytes.value(), scale));
        words.add(quantity.name().toLowerCase(Locale.ROOT) + " " + bytes);
        start += bytes.value();
      }
    }
    Optional<Bytes> free = load.headroom().filter(left -> !left.isNegative());
    free.ifPresent(
        left -> {
          segments.add(segment("seg-free", total.value(), left.value(), scale));
          words.add("free " + left);
        });
    return new MemoryBar(
        segments,
        free.isPresent()
            ? Optional.empty()
            : load.usable().map(bytes -> percent(bytes.value() / scale)),
        String.join(", ", words));
  }

  private static Bytes sum(FitReport report, int card, Quantity quantity) {
    return report.memory().lines().stream()
        .filter(line -> line.place().isCard(card) && line.quantity() == quantity)
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
