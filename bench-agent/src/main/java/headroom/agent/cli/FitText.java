package headroom.agent.cli;

import headroom.fit.FitQuestion;
import headroom.fit.FitReport;
import headroom.fit.MemoryLine;
import headroom.fit.SpeedEstimate;
import headroom.fit.Verdict;
import headroom.knob.Knob;
import headroom.knob.Knobs;
import headroom.knob.PaperFigure;
import headroom.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A fit report for people: what was asked, every line of memory, the verdict, the speed. */
final class FitText {
  private final FitReport report;
  private final List<String> sources = new ArrayList<>();

  private FitText(FitReport report) {
    this.report = report;
  }

  static String of(FitReport report) {
    return new FitText(report).text();
  }

  private String text() {
    List<String> lines = new ArrayList<>();
    lines.add(question());
    lines.add("");
    lines.add(memory());
    lines.add("");
    lines.add(verdict());
    report.decode().ifPresent(speed -> lines.add(speed("decode", speed)));
    report.prefill().ifPresent(speed -> lines.add(speed("prefill", speed)));
    for (String slug : report.question().knobs()) {
      Knobs.find(slug).ifPresent(knob -> lines.addAll(figures(knob)));
    }
    if (!report.notes().isEmpty()) {
      lines.add("");
      report.notes().forEach(note -> lines.add("- " + note));
    }
    lines.add("");
    for (int s = 0; s < sources.size(); s++) {
      lines.add("[%d] %s".formatted(s + 1, sources.get(s)));
    }
    return String.join(System.lineSeparator(), lines);
  }

  /** What the papers behind a knob report, line by line. */
  private List<String> figures(Knob knob) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("%s: %s".formatted(knob.label(), knob.explanation()));
    for (PaperFigure figure : knob.figures()) {
      lines.add(
          "  %s: %s%s [%d]"
              .formatted(
                  figure.claim(),
                  figure.conditions(),
                  figure.hardware().isEmpty() ? "" : ", on " + String.join(", ", figure.hardware()),
                  source(figure.source())));
    }
    knob.measuredElsewhere(report.question().device()).ifPresent(text -> lines.add("  " + text));
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
            question.device().name(),
            question.contextLength(),
            cache,
            question.sequences() > 1 ? ", %d sequences".formatted(question.sequences()) : "",
            question.knobs().isEmpty() ? "" : ", with " + String.join(", ", question.knobs()));
  }

  private String memory() {
    TextTable table = TextTable.of("memory", "where", ">size", "", "how");
    for (MemoryLine line : report.memory().lines()) {
      table.row(
          line.what(),
          line.place().equals(MemoryLine.Place.HOST) ? "host" : "device",
          line.bytes().toString(),
          "[%d]".formatted(source(line.source())),
          line.formula());
    }
    table.row("total", "device", report.memory().deviceTotal().toString(), "", "");
    if (report.memory().hostTotal().value() > 0) {
      table.row("total", "host", report.memory().hostTotal().toString(), "", "");
    }
    return table.toString();
  }

  private String verdict() {
    return switch (report.verdict()) {
      case Verdict.Fits(Bytes headroom) -> "Fits, with %s to spare.".formatted(headroom);
      case Verdict.FitsWithOffload(Bytes headroom, int layers) ->
          "Does not fit whole: %s short; %d of %d layers would fit beside the cache."
              .formatted(
                  Bytes.of(Math.negateExact(headroom.value())),
                  layers,
                  report.question().model().layers().size());
      case Verdict.DoesNotFit(Bytes headroom) ->
          "Does not fit: %s short.".formatted(Bytes.of(Math.negateExact(headroom.value())));
      case Verdict.Unknown(String reason) ->
          "Whether it fits is not known: %s%s"
              .formatted(
                  reason,
                  report.question().deviceMemory().isEmpty() ? " (give --memory SIZE)" : "");
    };
  }

  private String speed(String what, SpeedEstimate speed) {
    return "%s: %s (%s to %s), held back by %s: %s [%d]"
        .formatted(
            what,
            speed.median(),
            speed.low(),
            speed.high(),
            speed.limiter(),
            speed.formula(),
            source(speed.source()));
  }

  private int source(String text) {
    Optional<Integer> known = Optional.of(sources.indexOf(text)).filter(at -> at >= 0);
    if (known.isEmpty()) {
      sources.add(text);
    }
    return known.orElse(sources.size() - 1) + 1;
  }
}
