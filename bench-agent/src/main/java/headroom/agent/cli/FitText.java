package headroom.agent.cli;

import headroom.accuracy.NearestMeasurements;
import headroom.device.Card;
import headroom.fit.CardLoad;
import headroom.fit.FitQuestion;
import headroom.fit.FitReport;
import headroom.fit.MemoryLine;
import headroom.fit.MemoryLine.Place;
import headroom.fit.Remedy;
import headroom.fit.SpeedEstimate;
import headroom.fit.Verdict;
import headroom.knob.Knob;
import headroom.knob.Knobs;
import headroom.knob.PaperFigure;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A fit report for people: what was asked, every line of memory, the verdict, the speed. */
final class FitText {
  private static final String DEEP = "      ";

  private final FitReport report;
  private final List<Remedy> remedies;
  private final List<String> sources = new ArrayList<>();

  private FitText(FitReport report, List<Remedy> remedies) {
    this.report = report;
    this.remedies = remedies;
  }

  static String of(FitReport report, List<Remedy> remedies) {
    return new FitText(report, remedies).text();
  }

  private String text() {
    List<String> lines = new ArrayList<>();
    lines.add(Wrapped.text("", "  ", question()));
    lines.add("");
    for (int card = 0; card < report.cards().size(); card++) {
      memory(lines, card);
    }
    hostMemory(lines);
    lines.add("");
    lines.add(Wrapped.text("", "", verdict()));
    report.decode().ifPresent(speed -> speed(lines, "decode", speed));
    report.prefill().ifPresent(speed -> speed(lines, "prefill", speed));
    cost(lines);
    if (report.decode().isPresent()) {
      lines.add("");
      lines.add(measured());
      SpeedCheck.command(report.question())
          .ifPresent(
              command -> {
                lines.add("Check it on such a machine:");
                lines.add("  " + command);
              });
    }
    for (String slug : report.question().knobs()) {
      Knobs.find(slug).ifPresent(knob -> lines.addAll(figures(knob)));
    }
    if (!remedies.isEmpty()) {
      lines.add("");
      lines.add("What would make it fit:");
      remedies.forEach(remedy -> lines.add(Wrapped.text("- ", "  ", remedy(remedy))));
    }
    if (runs()) {
      report
          .command()
          .ifPresent(
              command -> {
                lines.add("");
                lines.add("To run it so:");
                lines.add(Wrapped.command(command));
              });
    }
    List<String> notes = report.notes();
    if (!notes.isEmpty()) {
      lines.add("");
      notes.forEach(note -> lines.add(Wrapped.text("- ", "  ", note)));
    }
    lines.add("");
    for (int s = 0; s < sources.size(); s++) {
      lines.add(Wrapped.text("[%d] ".formatted(s + 1), "    ", sources.get(s)));
    }
    return String.join(System.lineSeparator(), lines);
  }

  private boolean runs() {
    return report.verdict() instanceof Verdict.Unknown
        || !report.verdict().headroom().isNegative();
  }

  /** What the papers behind a knob report, line by line. */
  private List<String> figures(Knob knob) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(Wrapped.text("", "  ", knob.label() + ": " + knob.explanation()));
    for (PaperFigure figure : knob.figures()) {
      lines.add(
          Wrapped.text("  ", "    ", "%s: %s%s [%d]"
              .formatted(
                  figure.claim(),
                  figure.conditions(),
                  figure.hardware().isEmpty() ? "" : ", on " + String.join(", ", figure.hardware()),
                  source(figure.source()))));
    }
    knob.measuredElsewhere(report.question().device()).ifPresent(text -> lines.add(Wrapped.text("  ", "    ", text)));
    return lines;
  }

  private String question() {
    FitQuestion question = report.question();
    String cache =
        question.keyFormat().id().equals(question.valueFormat().id())
            ? question.keyFormat().id()
            : question.keyFormat().id() + " keys, " + question.valueFormat().id() + " values";
    return "%s, %s, on %s: context %d, cache %s%s%s"
        .formatted(
            question.model().name(),
            question.weights().id(),
            machine(question),
            question.contextLength(),
            cache,
            question.sequences() > 1 ? ", %d sequences".formatted(question.sequences()) : "",
            question.knobs().isEmpty() ? "" : ", with " + String.join(", ", question.knobs()));
  }

  /** {@code 2 × NVIDIA GeForce RTX 3090 + NVIDIA GeForce RTX 4090}. */
  private static String machine(FitQuestion question) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (Card card : question.machine().cards()) {
      counts.merge(card.device().name(), 1, Integer::sum);
    }
    return counts.entrySet().stream()
        .map(one -> one.getValue() == 1 ? one.getKey() : one.getValue() + " × " + one.getKey())
        .collect(Collectors.joining(" + "));
  }

  private void memory(List<String> lines, int card) {
    CardLoad load = report.cards().get(card);
    int layers = report.question().model().layers().size();
    lines.add(
        report.cards().size() == 1 && load.layers() == layers
            ? load.id()
            : "%s: %d of %d layers%s"
                .formatted(load.id(), load.layers(), layers, load.output() ? ", output" : ""));
    for (MemoryLine line : report.memory().lines()) {
      if (line.place().isCard(card)) {
        line(lines, line);
      }
    }
    total(lines, load.total(), load.usable());
  }

  private void hostMemory(List<String> lines) {
    if (report.memory().hostTotal().value() == 0) {
      return;
    }
    lines.add("host");
    for (MemoryLine line : report.memory().lines()) {
      if (line.place() instanceof Place.OnHost) {
        line(lines, line);
      }
    }
    total(lines, report.memory().hostTotal(), report.question().machine().host().memory());
  }

  private void line(List<String> lines, MemoryLine line) {
    lines.add(
        "  %-42s %12s [%d]".formatted(line.what(), line.bytes(), source(line.source())));
    lines.add(Wrapped.text(DEEP, DEEP, line.formula()));
  }

  private static void total(List<String> lines, Bytes total, Optional<Bytes> usable) {
    lines.add(
        "  %-42s %12s%s"
            .formatted("total", total, usable.map(bytes -> " of " + bytes).orElse("")));
  }

  private String verdict() {
    int all = report.question().model().layers().size();
    return switch (report.verdict()) {
      case Verdict.Fits(Bytes headroom) ->
          "Fits, with %s to spare%s.".formatted(headroom, onTheFullest());
      case Verdict.FitsWithOffload(Bytes headroom, int layers) when headroom.isNegative() ->
          "Does not fit whole: %s short%s; %d of %d layers would fit beside the cache."
              .formatted(
                  Bytes.of(Math.negateExact(headroom.value())), onTheFullest(), layers, all);
      case Verdict.FitsWithOffload(Bytes headroom, int layers) ->
          "Fits with a part on the host: %d of %d layers on %s%s, %s to spare%s."
              .formatted(
                  layers,
                  all,
                  report.cards().size() > 1 ? "the cards" : "the card",
                  report.placement().expertLayersOnHost() > 0
                      ? ", experts of the first %d on the host"
                          .formatted(report.placement().expertLayersOnHost())
                      : "",
                  headroom,
                  onTheFullest());
      case Verdict.DoesNotFit(Bytes headroom) ->
          "Does not fit: %s short%s."
              .formatted(Bytes.of(Math.negateExact(headroom.value())), onTheFullest());
      case Verdict.Unknown(String reason) ->
          "Whether it fits is not known: %s%s"
              .formatted(
                  reason,
                  report.question().deviceMemory().isEmpty() ? " (give --memory SIZE)" : "");
    };
  }

  private String onTheFullest() {
    return report.cards().size() > 1 ? " on the fullest card" : "";
  }

  private void speed(List<String> lines, String what, SpeedEstimate speed) {
    lines.add(
        "%s: %s (%s to %s), held back by %s [%d]"
            .formatted(
                what,
                speed.median(),
                speed.low(),
                speed.high(),
                speed.limiter(),
                source(speed.source())));
    lines.add(Wrapped.text(DEEP, DEEP, speed.formula()));
  }

  private void cost(List<String> lines) {
    if (report.onCardsOnly().isPresent() && report.decode().isPresent()) {
      lines.add(
          Wrapped.text(
              "",
              DEEP,
              "cost of the host: %s instead of %s, if the cards had room for everything (%.0f %%)"
                  .formatted(
                      report.decode().get().median(),
                      report.onCardsOnly().get(),
                      100
                          * report.decode().get().median().tokensPerSecond()
                          / report.onCardsOnly().get().tokensPerSecond())));
    }
  }

  private static String remedy(Remedy remedy) {
    boolean less = !remedy.saved().isNegative();
    boolean host =
        remedy.change() instanceof Remedy.Change.ExpertsOnHost
            || remedy.change() instanceof Remedy.Change.LayersOnHost;
    return "%s: %s %s on the cards%s, %s to spare%s"
        .formatted(
            remedy.what(),
            less ? remedy.saved() : Bytes.ZERO.minus(remedy.saved()),
            less ? "less" : "more",
            host ? ", %s on the host".formatted(remedy.hostBytes()) : "",
            remedy.headroom(),
            remedy
                .decode()
                .map(rate -> ", " + rate)
                .orElse(host ? "; give --host-bandwidth for its speed" : ""));
  }

  private String measured() {
    TextTable table = TextTable.of("measured nearby", "model", "format", "test", ">tok/s", "source");
    for (String prefix : List.of("tg", "pp")) {
      for (NearestMeasurements.Near near : SpeedCheck.nearest(report.question(), prefix)) {
        table.row(
            near.device(),
            near.model(),
            near.quant(),
            near.test(),
            String.format(Locale.ROOT, "%.1f", near.tokensPerSecond()),
            "tier %s, %s".formatted(near.tier(), near.source()));
      }
    }
    return table.toString();
  }

  private int source(String text) {
    Optional<Integer> known = Optional.of(sources.indexOf(text)).filter(at -> at >= 0);
    if (known.isEmpty()) {
      sources.add(text);
    }
    return known.orElse(sources.size() - 1) + 1;
  }
}
