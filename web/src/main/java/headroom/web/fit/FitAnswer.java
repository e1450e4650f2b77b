package headroom.web.fit;

import com.fasterxml.jackson.annotation.JsonInclude;
import headroom.device.Device;
import headroom.fit.FitQuestion;
import headroom.fit.FitReport;
import headroom.fit.MemoryLine;
import headroom.fit.SpeedEstimate;
import headroom.fit.Verdict;
import headroom.knob.Knob;
import headroom.knob.Knobs;
import headroom.knob.PaperFigure;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A fit report as JSON, in the shape that {@code headroom fit --json} prints; what is not known is
 * absent.
 *
 * @param model id
 * @param quant weight format
 * @param device id
 * @param context tokens over all sequences
 * @param verdict {@code fits}, {@code offload}, {@code no} or {@code unknown}
 * @param lines each amount of memory
 * @param totalBytes what the device must hold
 * @param hostBytes what the host must hold beside it
 * @param headroomBytes left over on the device; negative where it is a shortfall
 * @param decode speed of one sequence at its full context
 * @param prefill speed of reading a prompt
 * @param knobs what was turned, with what the papers report
 * @param notes in whole sentences
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record FitAnswer(
    String model,
    String quant,
    String device,
    int context,
    String verdict,
    List<Line> lines,
    long totalBytes,
    long hostBytes,
    Optional<Long> headroomBytes,
    Optional<Speed> decode,
    Optional<Speed> prefill,
    List<Turned> knobs,
    List<String> notes) {

  /**
   * One amount of memory.
   *
   * @param what for people
   * @param quantity {@code weights}, {@code kv}, {@code compute} or {@code overhead}
   * @param device where it lies: the device's id, or {@code host}
   * @param bytes how much
   * @param formula with the numbers put in
   * @param source of the formula
   */
  record Line(
      String what, String quantity, String device, long bytes, String formula, String source) {}

  /**
   * A predicted speed in tokens per second.
   *
   * @param median the most likely rate
   * @param low lower end of the interval
   * @param high upper end of the interval
   * @param limiter what holds it back
   * @param formula with the numbers put in
   * @param source of formula and constants
   */
  record Speed(
      double median, double low, double high, String limiter, String formula, String source) {}

  /**
   * A turned knob.
   *
   * @param slug its name
   * @param label for people
   * @param explanation what it changes
   * @param figures what the papers report
   * @param measuredElsewhere says so where the figures come from other hardware
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  record Turned(
      String slug,
      String label,
      String explanation,
      List<PaperFigure> figures,
      Optional<String> measuredElsewhere) {
    static Turned of(Knob knob, Device device) {
      return new Turned(
          knob.slug(),
          knob.label(),
          knob.explanation(),
          knob.figures(),
          knob.measuredElsewhere(device));
    }
  }

  static FitAnswer of(FitReport report) {
    FitQuestion question = report.question();
    return new FitAnswer(
        question.model().id(),
        question.weights().id(),
        question.device().id(),
        question.contextLength(),
        report.verdict().word(),
        report.memory().lines().stream().map(line -> line(line, question)).toList(),
        report.memory().deviceTotal().value(),
        report.memory().hostTotal().value(),
        report.verdict() instanceof Verdict.Unknown
            ? Optional.empty()
            : Optional.of(report.verdict().headroom().value()),
        report.decode().map(FitAnswer::speed),
        report.prefill().map(FitAnswer::speed),
        question.knobs().stream()
            .flatMap(slug -> Knobs.find(slug).stream())
            .map(knob -> Turned.of(knob, question.device()))
            .toList(),
        report.notes());
  }

  private static Line line(MemoryLine line, FitQuestion question) {
    return new Line(
        line.what(),
        line.quantity().name().toLowerCase(Locale.ROOT),
        line.place().idIn(question.machine()),
        line.bytes().value(),
        line.formula(),
        line.source());
  }

  private static Speed speed(SpeedEstimate speed) {
    return new Speed(
        speed.median().tokensPerSecond(),
        speed.low().tokensPerSecond(),
        speed.high().tokensPerSecond(),
        speed.limiter(),
        speed.formula(),
        speed.source());
  }
}
