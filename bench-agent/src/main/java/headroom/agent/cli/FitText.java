package headroom.agent.cli;

import headroom.fit.AssumedHost;
import headroom.fit.FitQuestion;
import headroom.fit.FitReport;
import headroom.fit.Remedies;
import headroom.fit.Serving;
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
  private static final String DEEP = "      ";

  private final FitReport report;
  private final Sources sources = new Sources();
  private final List<String> lines = new ArrayList<>();

  private FitText(FitReport report) {
    this.report = report;
  }

  /** The answer first, then how to start it, then where the bytes go. */
  static String of(FitReport report, Remedies remedies) {
    FitText text = new FitText(report);
    text.answer();
    text.lines.addAll(RemedyText.of(remedies));
    text.command();
    if (report.decode().isPresent()) {
      text.lines.addAll(MeasuredText.of(report.question(), text.sources));
    }
    for (String slug : report.question().knobs()) {
      Knobs.find(slug).ifPresent(text::figures);
    }
    List<String> notes = report.notes();
    if (!notes.isEmpty()) {
      text.lines.add("");
      notes.forEach(note -> text.lines.add(Wrapped.text("- ", "  ", note)));
    }
    text.lines.add("");
    text.lines.addAll(MemoryText.of(report, text.sources));
    text.lines.add("");
    text.lines.addAll(text.sources.lines());
    return String.join(System.lineSeparator(), text.lines);
  }

  private void answer() {
    lines.add(Wrapped.text("", "  ", question()));
    lines.add("");
    lines.add(Wrapped.text("", "", verdict()));
    report.decode().ifPresent(speed -> speed("decode", speed, ""));
    Optional<AssumedHost> assumed = AssumedHost.of(report);
    assumed.ifPresent(
        host ->
            speed(
                "decode",
                host.decode(),
                " if the host has %s, which is assumed: say what yours has with --host-bandwidth"
                        .formatted(host.host())
                    + " GB/s or --host ID;"));
    report.prefill().ifPresent(speed -> speed("prefill", speed, ""));
    Serving.of(report)
        .ifPresent(serving -> lines.add(Wrapped.text("", DEEP, "serving: " + serving.text())));
    report.decode().or(() -> assumed.map(AssumedHost::decode)).ifPresent(this::cost);
  }

  private void command() {
    boolean runs =
        report.verdict() instanceof Verdict.Unknown || !report.verdict().headroom().isNegative();
    if (runs && report.command().isPresent()) {
      lines.add("");
      lines.add("To run it so:");
      lines.add(Wrapped.command(report.command().get()));
    }
  }

  /** What the papers behind a knob report, line by line. */
  private void figures(Knob knob) {
    lines.add("");
    lines.add(Wrapped.text("", "  ", knob.label() + ": " + knob.explanation()));
    for (PaperFigure figure : knob.figures()) {
      String hardware =
          figure.hardware().isEmpty() ? "" : ", on " + String.join(", ", figure.hardware());
      lines.add(
          Wrapped.text(
              "  ",
              "    ",
              "%s: %s%s [%d]"
                  .formatted(
                      figure.claim(),
                      figure.conditions(),
                      hardware,
                      sources.number(figure.source()))));
    }
    knob.measuredElsewhere(report.computed().device())
        .ifPresent(text -> lines.add(Wrapped.text("  ", "    ", text)));
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
            question.machine().name(),
            question.contextLength(),
            cache,
            question.sequences() > 1 ? ", %d sequences".formatted(question.sequences()) : "",
            question.knobs().isEmpty() ? "" : ", with " + String.join(", ", question.knobs()));
  }

  private String verdict() {
    int all = report.question().model().layers().size();
    return switch (report.verdict()) {
      case Verdict.Fits(Bytes headroom) ->
          "Fits, with %s to spare%s.".formatted(headroom, onTheFullest());
      case Verdict.FitsWithOffload(Bytes headroom, int layers) when headroom.isNegative() ->
          "Does not fit whole: %s short%s; %d of %d layers would fit beside the cache."
              .formatted(Bytes.of(Math.negateExact(headroom.value())), onTheFullest(), layers, all);
      case Verdict.FitsWithOffload(Bytes headroom, int layers) ->
          "Fits with a part on the host: %d of %d layers on %s%s (%s there), %s to spare%s."
              .formatted(
                  layers,
                  all,
                  report.cards().size() > 1 ? "the cards" : "the card",
                  report.placement().expertLayersOnHost() > 0
                      ? ", experts of the first %d on the host"
                          .formatted(report.placement().expertLayersOnHost())
                      : "",
                  report.memory().hostTotal(),
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
    if (report.isShortOnHost()) {
      return " on the host";
    }
    return report.cards().size() > 1 ? " on the fullest card" : "";
  }

  private void speed(String what, SpeedEstimate speed, String condition) {
    lines.add(
        Wrapped.text(
            "",
            DEEP,
            "%s: %s (%s to %s)%s held back by %s [%d]"
                .formatted(
                    what,
                    speed.median(),
                    speed.low().toString().replace(" tok/s", ""),
                    speed.high(),
                    condition.isEmpty() ? "," : condition,
                    speed.limiter(),
                    sources.number(speed.source()))));
    lines.add(Wrapped.text(DEEP, DEEP, speed.formula()));
  }

  private void cost(SpeedEstimate decode) {
    report
        .onCardsOnly()
        .ifPresent(
            whole ->
                lines.add(
                    Wrapped.text(
                        "",
                        DEEP,
                        ("cost of the host: %s instead of %s, if the cards had room for everything"
                                + " (%.0f %%)")
                            .formatted(
                                decode.median(),
                                whole,
                                100
                                    * decode.median().tokensPerSecond()
                                    / whole.tokensPerSecond()))));
  }
}
