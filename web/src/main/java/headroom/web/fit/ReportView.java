package headroom.web.fit;

import headroom.catalogue.Catalogue;
import headroom.device.Device;
import headroom.fit.AssumedHost;
import headroom.fit.Engine;
import headroom.fit.Fit;
import headroom.fit.FitQuestion;
import headroom.fit.FitReport;
import headroom.fit.MemoryLine;
import headroom.fit.Serving;
import headroom.fit.SpeedEstimate;
import headroom.fit.Verdict;
import headroom.knob.KnobKind;
import headroom.knob.PaperFigure;
import headroom.paper.PaperCatalogue;
import headroom.units.TokenRate;
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
 * @param cards each device and its memory
 * @param hostLines of host memory
 * @param hostTotal of host memory
 * @param decode speed of generating
 * @param assumedHost memory that the host is assumed to have for that, where nobody said what it
 *     has
 * @param prefill speed of reading a prompt
 * @param serving what several users at once get, where the question is about several
 * @param cost decode if the devices had room for everything, where something is on the host
 * @param remedies what would make it fit, and what would not
 * @param startCommand starts the engine so, where it fits
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
    List<CardView> cards,
    List<LineView> hostLines,
    String hostTotal,
    Optional<SpeedView> decode,
    Optional<String> assumedHost,
    Optional<SpeedView> prefill,
    Optional<String> serving,
    Optional<String> cost,
    RemedyView.Both remedies,
    Optional<String> startCommand,
    List<String> notes,
    List<Turned> turned,
    Optional<String> withoutKnobs,
    List<Neighbours.Row> formats,
    List<Neighbours.Row> contexts,
    Optional<String> fitCommand,
    Optional<String> checkCommand,
    String json) {

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

  static ReportView of(FitForm form, PaperCatalogue papers, Catalogue catalogue) {
    FitQuestion question = form.question().orElseThrow();
    FitReport report = Fit.answer(question);
    Optional<AssumedHost> assumed = AssumedHost.of(report);
    Optional<SpeedEstimate> decode = report.decode().or(() -> assumed.map(AssumedHost::decode));
    List<String> notes = new ArrayList<>(replaced(form));
    notes.addAll(report.notes());
    return new ReportView(
        VerdictText.of(report),
        subject(question),
        CardView.of(report, papers),
        LineView.of(report, MemoryLine.Place.HOST, papers),
        report.memory().hostTotal().toString(),
        decode.map(speed -> SpeedView.of(speed, papers)),
        assumed.map(AssumedHost::host),
        report.prefill().map(speed -> SpeedView.of(speed, papers)),
        Serving.of(report).map(Serving::text),
        decode.flatMap(speed -> report.onCardsOnly()).map(TokenRate::toString),
        RemedyView.of(report, form, catalogue),
        runs(report) ? report.command() : Optional.empty(),
        notes,
        turned(form, papers),
        form.knobs().isEmpty()
            ? Optional.empty()
            : Optional.of(inShort(Fit.answer(form.plain().orElseThrow()))),
        Neighbours.otherFormats(form),
        Neighbours.otherContexts(form),
        Commands.fit(form),
        Commands.check(form, report),
        form.link().at(FitLink.API));
  }

  private static String subject(FitQuestion question) {
    return String.format(
        Locale.ROOT,
        "%s as %s on %s%s, %,d tokens of context%s%s.",
        question.model().name(),
        question.weights().id(),
        question.machine().name(),
        question.deviceMemory().map(memory -> " with " + memory).orElse(""),
        question.contextLength(),
        question.sequences() == 1
            ? ""
            : String.format(Locale.ROOT, " shared by %,d sequences", question.sequences()),
        question.engine().equals(Engine.LLAMA_CPP) ? "" : ", run by " + question.engine().id());
  }

  private static boolean runs(FitReport report) {
    return report.verdict() instanceof Verdict.Unknown || !report.verdict().headroom().isNegative();
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
