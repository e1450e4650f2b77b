package headroom.agent.cli;

import headroom.fit.CardLoad;
import headroom.fit.FitReport;
import headroom.fit.MemoryLine;
import headroom.fit.MemoryLine.Place;
import headroom.fit.Placement.Split;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where every byte goes, card by card and then the host. */
final class MemoryText {
  private static final String DEEP = "      ";

  private final FitReport report;
  private final Sources sources;
  private final List<String> lines = new ArrayList<>();

  private MemoryText(FitReport report, Sources sources) {
    this.report = report;
    this.sources = sources;
  }

  static List<String> of(FitReport report, Sources sources) {
    MemoryText text = new MemoryText(report, sources);
    for (int card = 0; card < report.cards().size(); card++) {
      text.card(card);
    }
    text.host();
    return text.lines;
  }

  private void card(int card) {
    CardLoad load = report.cards().get(card);
    lines.add(
        load.id() + part(load) + (isLikeTheOneBefore(card) ? ", byte for byte the same" : ""));
    if (isLikeTheOneBefore(card)) {
      return;
    }
    for (MemoryLine line : on(card)) {
      line(line);
    }
    total(load.total(), load.usable());
  }

  /** What part of the model lies there; nothing where that is all of it. */
  private String part(CardLoad load) {
    int layers = report.question().model().layers().size();
    if (report.cards().size() > 1 && report.placement().split() == Split.TENSOR) {
      return ": a part of every layer";
    }
    return report.cards().size() == 1 && load.layers() == layers
        ? ""
        : ": %d of %d layers%s".formatted(load.layers(), layers, load.output() ? ", output" : "");
  }

  private List<MemoryLine> on(int card) {
    return report.memory().lines().stream().filter(line -> line.place().isCard(card)).toList();
  }

  private boolean isLikeTheOneBefore(int card) {
    return card > 0
        && report.cards().get(card).usable().equals(report.cards().get(card - 1).usable())
        && texts(card).equals(texts(card - 1));
  }

  private List<String> texts(int card) {
    return on(card).stream().map(line -> line.what() + line.bytes() + line.formula()).toList();
  }

  private void host() {
    if (report.memory().hostTotal().value() == 0) {
      return;
    }
    lines.add("host");
    for (MemoryLine line : report.memory().lines()) {
      if (line.place() instanceof Place.OnHost) {
        line(line);
      }
    }
    total(report.memory().hostTotal(), report.computed().machine().host().memory());
  }

  private void line(MemoryLine line) {
    lines.add(
        "  %-42s %12s [%d]".formatted(line.what(), line.bytes(), sources.number(line.source())));
    lines.add(Wrapped.text(DEEP, DEEP, line.formula()));
  }

  private void total(Bytes total, Optional<Bytes> usable) {
    lines.add(
        "  %-42s %12s%s".formatted("total", total, usable.map(bytes -> " of " + bytes).orElse("")));
  }
}
