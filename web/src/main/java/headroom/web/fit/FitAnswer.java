package headroom.web.fit;

import com.fasterxml.jackson.annotation.JsonInclude;
import headroom.advise.Alternatives;
import headroom.catalogue.Catalogue;
import headroom.device.Device;
import headroom.fit.AssumedHost;
import headroom.fit.CardLoad;
import headroom.fit.DeadEnd;
import headroom.fit.FitQuestion;
import headroom.fit.FitReport;
import headroom.fit.MemoryLine;
import headroom.fit.Placement;
import headroom.fit.Placement.GpuLayers;
import headroom.fit.Remedies;
import headroom.fit.Remedy;
import headroom.fit.Serving;
import headroom.fit.SpeedEstimate;
import headroom.fit.Verdict;
import headroom.knob.Knob;
import headroom.knob.Knobs;
import headroom.knob.PaperFigure;
import headroom.units.Bytes;
import headroom.units.TokenRate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * A fit report as JSON, in the shape that {@code headroom fit --json} prints; what is not known is
 * absent.
 *
 * @param model id
 * @param quant weight format
 * @param device id, or ids between commas
 * @param engine that runs it
 * @param context tokens over all sequences
 * @param verdict {@code fits}, {@code offload}, {@code no} or {@code unknown}
 * @param lines each amount of memory
 * @param totalBytes what the device must hold
 * @param hostBytes what the host must hold beside it
 * @param headroomBytes left over on the device; negative where it is a shortfall
 * @param decode speed of one sequence at its full context
 * @param assumed decode beside memory that the host is assumed to have, where nobody said what it
 *     has
 * @param prefill speed of reading a prompt
 * @param serving what several users at once get, where the question is about several
 * @param cards each device and what it holds
 * @param placement which part lies where
 * @param command starts the engine so
 * @param onCardsOnly decode if the devices had room for everything, where something is on the host
 * @param remedies changes that make it fit, where it does not
 * @param deadEnds changes that do not
 * @param knobs what was turned, with what the papers report
 * @param notes in whole sentences
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record FitAnswer(
    String model,
    String quant,
    String device,
    String engine,
    int context,
    String verdict,
    List<Line> lines,
    long totalBytes,
    long hostBytes,
    Optional<Long> headroomBytes,
    Optional<Speed> decode,
    Optional<Assumed> assumed,
    Optional<Speed> prefill,
    Optional<Served> serving,
    List<OneCard> cards,
    Where placement,
    Optional<String> command,
    Optional<Double> onCardsOnly,
    List<Fix> remedies,
    List<TooLittle> deadEnds,
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
   * A speed that holds beside this memory of the host.
   *
   * @param host its name
   * @param bytesPerSecond its bandwidth
   * @param decode speed of one sequence at its full context
   */
  record Assumed(String host, double bytesPerSecond, Speed decode) {
    private static Assumed of(AssumedHost assumed) {
      return new Assumed(
          assumed.memory().name(),
          assumed.memory().bandwidth().bytesPerSecond(),
          speed(assumed.decode()));
    }
  }

  /**
   * What several users at once get, in tokens per second.
   *
   * @param sequences that generate at the same time
   * @param tokensEach context of each
   * @param each rate of one of them
   * @param alone rate of one that has the machine to itself
   * @param most sequences of that context that fit
   * @param mostTogether rate of so many together
   * @param arithmeticFrom sequences from which on arithmetic sets the pace
   * @param promptSeconds until the last of all has its first token, where all send a prompt at once
   * @param together rate of all of them
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  record Served(
      int sequences,
      int tokensEach,
      double each,
      double alone,
      int most,
      double mostTogether,
      OptionalInt arithmeticFrom,
      Optional<Double> promptSeconds,
      Speed together) {
    static Served of(Serving serving) {
      return new Served(
          serving.sequences(),
          serving.tokensEach(),
          serving.each().tokensPerSecond(),
          serving.alone().tokensPerSecond(),
          serving.most(),
          serving.bestTogether().median().tokensPerSecond(),
          serving.turning(),
          serving.promptSeconds(),
          speed(serving.together()));
    }
  }

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

  /**
   * One device.
   *
   * @param id the second of a kind is {@code id#2}
   * @param totalBytes what it holds
   * @param usableBytes what it can give
   * @param headroomBytes left over; negative where it is a shortfall
   * @param layers whose attention lies on it
   * @param output true where the output lies on it
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  record OneCard(
      String id,
      long totalBytes,
      Optional<Long> usableBytes,
      Optional<Long> headroomBytes,
      int layers,
      boolean output) {
    static OneCard of(CardLoad card) {
      return new OneCard(
          card.id(),
          card.total().value(),
          card.usable().map(Bytes::value),
          card.headroom().map(Bytes::value),
          card.layers(),
          card.output());
    }
  }

  /**
   * Which part lies where.
   *
   * @param gpuLayers {@code all} or a number
   * @param expertLayersOnHost layers, from the first, whose experts are on the host
   * @param split {@code layer}, {@code row} or {@code tensor}
   * @param tensorSplit parts of the devices; none for parts by free memory
   */
  record Where(String gpuLayers, int expertLayersOnHost, String split, List<Double> tensorSplit) {
    static Where of(Placement placement) {
      return new Where(
          switch (placement.layers()) {
            case GpuLayers.All _ -> "all";
            case GpuLayers.Auto _ -> "auto";
            case GpuLayers.Count(int count) -> Integer.toString(count);
          },
          placement.expertLayersOnHost(),
          placement.split().name().toLowerCase(Locale.ROOT),
          placement.shares());
    }
  }

  /**
   * A change that makes it fit.
   *
   * @param what the change, for people
   * @param headroomBytes then left on the fullest device
   * @param cardBytes what the devices then hold
   * @param hostBytes what the host then holds
   * @param decode in tokens per second
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  record Fix(
      String what, long headroomBytes, long cardBytes, long hostBytes, Optional<Double> decode) {
    static Fix of(Remedy remedy) {
      return new Fix(
          remedy.what(),
          remedy.headroom().value(),
          remedy.cardBytes().value(),
          remedy.hostBytes().value(),
          remedy.decode().map(TokenRate::tokensPerSecond));
    }
  }

  /**
   * A change that is not enough.
   *
   * @param what the change, taken as far as it goes
   * @param missingBytes still short
   * @param onHost true where the host is short
   */
  record TooLittle(String what, long missingBytes, boolean onHost) {
    static TooLittle of(DeadEnd end) {
      return new TooLittle(end.change().what(), end.missing().value(), end.onHost());
    }
  }

  /**
   * The answer in this shape.
   *
   * @param catalogue to choose others from where it does not fit
   */
  static FitAnswer of(FitReport report, Catalogue catalogue) {
    FitQuestion question = report.question();
    Remedies remedies = Remedies.of(report, Alternatives.of(report.computed(), catalogue));
    return new FitAnswer(
        question.model().id(),
        question.weights().id(),
        report.computed().machine().cards().stream()
            .map(card -> card.device().id())
            .collect(Collectors.joining(",")),
        report.computed().engine().id(),
        question.contextLength(),
        report.verdict().word(),
        report.memory().lines().stream().map(line -> line(line, report.computed())).toList(),
        report.memory().deviceTotal().value(),
        report.memory().hostTotal().value(),
        report.verdict() instanceof Verdict.Unknown
            ? Optional.empty()
            : Optional.of(report.verdict().headroom().value()),
        report.decode().map(FitAnswer::speed),
        AssumedHost.of(report).map(Assumed::of),
        report.prefill().map(FitAnswer::speed),
        Serving.of(report).map(Served::of),
        report.cards().stream().map(OneCard::of).toList(),
        Where.of(report.placement()),
        report.command(),
        report.onCardsOnly().map(TokenRate::tokensPerSecond),
        remedies.remedies().stream().map(Fix::of).toList(),
        remedies.deadEnds().stream().map(TooLittle::of).toList(),
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
