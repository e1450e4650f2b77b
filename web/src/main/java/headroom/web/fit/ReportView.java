package headroom.web.fit;

import headroom.device.Device;
import headroom.fit.Fit;
import headroom.fit.FitQuestion;
import headroom.fit.FitReport;
import headroom.fit.MemoryLine;
import headroom.fit.SpeedEstimate;
import headroom.fit.Verdict;
import headroom.knob.KnobKind;
import headroom.knob.PaperFigure;
import headroom.paper.PaperCatalogue;
import headroom.web.support.Link;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The answer as the page shows it.
 *
 * @param verdict in words
 * @param subject what was asked, in a sentence
 * @param bar device memory
 * @param lines of device memory
 * @param total of device memory
 * @param usable what the device can give, empty where it is not known
 * @param free what is left; negative shown as missing
 * @param hostLines of host memory
 * @param hostTotal of host memory
 * @param decode speed of generating
 * @param prefill speed of reading a prompt
 * @param notes in whole sentences
 * @param turned knobs that have effect
 * @param withoutKnobs the verdict and speed without any, where some are turned
 * @param formats other weight formats
 * @param contexts other contexts
 * @param fitCommand gives the same answer
 * @param checkCommand measures it
 * @param json address of the same as JSON
 */
record ReportView(
    VerdictText verdict,
    String subject,
    MemoryBar bar,
    List<LineView> lines,
    String total,
    Optional<String> usable,
    Optional<Balance> free,
    List<LineView> hostLines,
    String hostTotal,
    Optional<SpeedView> decode,
    Optional<SpeedView> prefill,
    List<String> notes,
    List<Turned> turned,
    Optional<String> withoutKnobs,
    List<Neighbours.Row> formats,
    List<Neighbours.Row> contexts,
    Optional<String> fitCommand,
    Optional<String> checkCommand,
    String json) {

  /**
   * What is left or missing.
   *
   * @param label {@code Free} or {@code Missing}
   * @param bytes how much
   * @param missing true where it is a shortfall
   */
  record Balance(String label, String bytes, boolean missing) {}

  /**
   * A knob that is turned.
   *
   * @param label for people
   * @param explanation what it changes, and where that was shown
   * @param figures what the papers report
   * @param measuredElsewhere says so where those come from other hardware
   * @param papers that introduce it
   * @param off the calculator without it
   */
  record Turned(
      String label,
      String explanation,
      List<Figure> figures,
      Optional<String> measuredElsewhere,
      List<Link> papers,
      String off) {}

  /**
   * One number of a paper.
   *
   * @param claim what and how much
   * @param conditions under which it holds
   * @param hardware it was measured on, empty where the paper's place does not say
   * @param source paper and place
   */
  record Figure(
      String claim, String conditions, Optional<String> hardware, List<SourceText.Part> source) {}

  static ReportView of(FitForm form, PaperCatalogue papers) {
    FitQuestion question = form.question().orElseThrow();
    FitReport report = Fit.answer(question);
    List<String> notes = new ArrayList<>(replaced(form));
    notes.addAll(report.notes());
    return new ReportView(
        VerdictText.of(report),
        subject(question),
        MemoryBar.of(report),
        LineView.of(report, MemoryLine.Place.DEVICE, papers),
        report.memory().deviceTotal().toString(),
        MemoryBar.usable(report).map(Object::toString),
        balance(report),
        LineView.of(report, MemoryLine.Place.HOST, papers),
        report.memory().hostTotal().toString(),
        report.decode().map(speed -> SpeedView.of(speed, papers)),
        report.prefill().map(speed -> SpeedView.of(speed, papers)),
        notes,
        turned(form, papers),
        form.knobs().isEmpty()
            ? Optional.empty()
            : Optional.of(inShort(Fit.answer(form.plain().orElseThrow()))),
        Neighbours.otherFormats(form),
        Neighbours.otherContexts(form),
        Commands.fit(form),
        Commands.check(form),
        form.link().at(FitLink.API));
  }

  private static String subject(FitQuestion question) {
    return String.format(
        Locale.ROOT,
        "%s as %s on %s%s, %,d tokens of context%s.",
        question.model().name(),
        question.weights().id(),
        question.device().name(),
        question.deviceMemory().map(memory -> " with " + memory).orElse(""),
        question.contextLength(),
        question.sequences() == 1
            ? ""
            : String.format(Locale.ROOT, " shared by %,d sequences", question.sequences()));
  }

  private static Optional<Balance> balance(FitReport report) {
    if (report.verdict() instanceof Verdict.Unknown) {
      return Optional.empty();
    }
    var headroom = report.verdict().headroom();
    boolean missing = headroom.isNegative();
    return Optional.of(
        new Balance(
            missing ? "Missing" : "Free",
            (missing ? headroom.times(-1) : headroom).toString(),
            missing));
  }

  private static List<Turned> turned(FitForm form, PaperCatalogue papers) {
    Device device = form.question().orElseThrow().device();
    return form.knobs().stream()
        .map(
            entry ->
                new Turned(
                    entry.knob().label(),
                    entry.knob().explanation(),
                    entry.knob().figures().stream().map(f -> figure(f, papers)).toList(),
                    entry.knob().measuredElsewhere(device),
                    entry.papers(),
                    form.link().without("knob", List.of(entry.knob().slug())).href()))
        .toList();
  }

  private static Figure figure(PaperFigure figure, PaperCatalogue papers) {
    return new Figure(
        figure.claim(),
        figure.conditions(),
        figure.hardware().isEmpty()
            ? Optional.empty()
            : Optional.of(String.join(", ", figure.hardware())),
        SourceText.parts(figure.source(), papers));
  }

  /** Says which knob has effect where two set the same thing. */
  private static List<String> replaced(FitForm form) {
    Map<KnobKind, String> last = new EnumMap<>(KnobKind.class);
    List<String> notes = new ArrayList<>();
    for (KnobShelf.Entry entry : form.knobs()) {
      String label = entry.knob().label();
      String earlier = last.put(entry.kind(), label);
      if (earlier != null && entry.kind().isSingle()) {
        notes.add(
            "%s has no effect, because %s sets the same thing: turn one of them off."
                .formatted(earlier, label));
      }
    }
    return notes;
  }

  private static String inShort(FitReport report) {
    return VerdictText.of(report).headline()
        + report.decode().map(SpeedEstimate::median).map(rate -> "; decode " + rate).orElse("");
  }
}
