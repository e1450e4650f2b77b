package headroom.web.fit;

import headroom.fit.CardLoad;
import headroom.fit.FitReport;
import headroom.fit.MemoryLine.Place;
import headroom.fit.Placement.Split;
import headroom.paper.PaperCatalogue;
import headroom.units.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One device and what it holds.
 *
 * @param anchor id of its heading
 * @param title for people
 * @param bar its memory
 * @param lines of its memory
 * @param total of them
 * @param usable what it can give, empty where that is not known
 * @param free what is left; negative shown as missing
 */
record CardView(
    String anchor,
    String title,
    MemoryBar bar,
    List<LineView> lines,
    String total,
    Optional<String> usable,
    Optional<Balance> free) {

  /**
   * What is left or missing.
   *
   * @param label {@code Free} or {@code Missing}
   * @param bytes how much
   * @param missing true where it is a shortfall
   */
  record Balance(String label, String bytes, boolean missing) {
    static Balance of(Bytes headroom) {
      return headroom.isNegative()
          ? new Balance("Missing", Bytes.ZERO.minus(headroom).toString(), true)
          : new Balance("Free", headroom.toString(), false);
    }
  }

  static List<CardView> of(FitReport report, PaperCatalogue papers) {
    return IntStream.range(0, report.cards().size())
        .mapToObj(card -> of(report, card, papers))
        .toList();
  }

  private static CardView of(FitReport report, int card, PaperCatalogue papers) {
    CardLoad load = report.cards().get(card);
    return new CardView(
        card == 0 ? "device-memory" : "device-memory-" + (card + 1),
        title(report, card, load),
        MemoryBar.of(report, card),
        LineView.of(report, new Place.OnCard(card), papers),
        load.total().toString(),
        load.usable().map(Bytes::toString),
        load.headroom().map(Balance::of));
  }

  /** {@code Device memory}, or {@code Device 2, RTX 3090: 13 of 36 layers and the output}. */
  private static String title(FitReport report, int card, CardLoad load) {
    int layers = report.question().model().layers().size();
    if (report.cards().size() == 1) {
      return load.layers() == layers
          ? "Device memory"
          : "Device memory: %d of %d layers".formatted(load.layers(), layers);
    }
    String part =
        report.placement().split() == Split.TENSOR
            ? "a part of every layer"
            : "%d of %d layers%s"
                .formatted(load.layers(), layers, load.output() ? " and the output" : "");
    return "Device %d, %s: %s"
        .formatted(card + 1, report.computed().machine().cards().get(card).device().name(), part);
  }
}
