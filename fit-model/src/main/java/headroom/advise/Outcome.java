package headroom.advise;

import headroom.fit.FitReport;
import headroom.fit.Verdict;
import headroom.units.Bytes;
import headroom.units.TokenRate;
import java.util.Locale;
import java.util.OptionalDouble;

/** Whether an answer is what was wanted and, where it is not, how much is missing. */
public sealed interface Outcome {
  /**
   * All of it fits, fast enough.
   *
   * @param spare left over on the tightest device
   */
  record Good(Bytes spare) implements Outcome {}

  /**
   * It does not fit whole.
   *
   * @param missing what would have to be there besides
   * @param needed what the devices must hold
   * @param layersThatFit whole layers that would fit; 0 where none does
   * @param layers of the model
   */
  record TooLarge(Bytes missing, Bytes needed, int layersThatFit, int layers) implements Outcome {}

  /**
   * It fits, but is slower than wanted.
   *
   * @param predicted median of decode
   * @param wanted tokens per second
   */
  record TooSlow(TokenRate predicted, double wanted) implements Outcome {}

  /**
   * A fact is missing.
   *
   * @param reason which one
   */
  record NotKnown(String reason) implements Outcome {}

  /** Holds an answer against a wish. */
  static Outcome of(FitReport report, OptionalDouble minimumRate) {
    return switch (report.verdict()) {
      case Verdict.Unknown(String reason) -> new NotKnown(reason);
      case Verdict.FitsWithOffload(Bytes headroom, int layers) ->
          tooLarge(report, headroom, layers);
      case Verdict.DoesNotFit(Bytes headroom) -> tooLarge(report, headroom, 0);
      case Verdict.Fits(Bytes headroom) -> {
        if (minimumRate.isEmpty()) {
          yield new Good(headroom);
        }
        if (report.decode().isEmpty()) {
          yield new NotKnown(
              "no speed is predicted for " + report.question().device().name() + " yet");
        }
        TokenRate median = report.decode().get().median();
        yield median.tokensPerSecond() >= minimumRate.getAsDouble()
            ? new Good(headroom)
            : new TooSlow(median, minimumRate.getAsDouble());
      }
    };
  }

  private static Outcome tooLarge(FitReport report, Bytes headroom, int layers) {
    return new TooLarge(
        Bytes.of(Math.negateExact(headroom.value())),
        report.memory().deviceTotal(),
        layers,
        report.question().model().layers().size());
  }

  /** One word for machines: {@code good}, {@code too-large}, {@code too-slow}, {@code unknown}. */
  default String word() {
    return switch (this) {
      case Good good -> "good";
      case TooLarge large -> "too-large";
      case TooSlow slow -> "too-slow";
      case NotKnown unknown -> "unknown";
    };
  }

  /** How far from good, as a share: 0 is good; what is not known is farthest. */
  default double distance() {
    return switch (this) {
      case Good good -> 0;
      case TooLarge large -> (double) large.missing().value() / Math.max(1, large.needed().value());
      case TooSlow slow -> 1 - slow.predicted().tokensPerSecond() / slow.wanted();
      case NotKnown unknown -> Double.POSITIVE_INFINITY;
    };
  }

  /** What is missing, without a full stop: {@code 1.20 GiB short, 30 of 32 layers fit}. */
  default String why() {
    return switch (this) {
      case Good good -> good.spare() + " to spare";
      case TooLarge large ->
          large.layersThatFit() == 0
              ? large.missing() + " short"
              : "%s short, %d of %d layers fit"
                  .formatted(large.missing(), large.layersThatFit(), large.layers());
      case TooSlow slow ->
          String.format(
              Locale.ROOT,
              "%s, %.0f %% of the %s wanted",
              slow.predicted(),
              100 * slow.predicted().tokensPerSecond() / slow.wanted(),
              new TokenRate(slow.wanted()));
      case NotKnown unknown -> unknown.reason();
    };
  }
}
