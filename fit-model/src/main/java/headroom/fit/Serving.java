package headroom.fit;

import headroom.units.TokenRate;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a machine gives several users at once.
 *
 * @param sequences that generate at the same time
 * @param tokensEach context of each
 * @param together tokens per second of all of them
 * @param each tokens per second of one of them
 * @param alone tokens per second of one that has the machine to itself
 * @param most sequences of that context that fit
 * @param bestTogether tokens per second of so many
 * @param turning sequences from which on arithmetic rather than memory sets the pace; empty where
 *     that is above {@link #MOST_TRIED}
 * @param promptSeconds until the last of all users who send a prompt of {@link Fit#PROMPT_TOKENS}
 *     tokens at once has the first token of an answer; empty where no prefill is predicted
 */
public record Serving(
    int sequences,
    int tokensEach,
    SpeedEstimate together,
    TokenRate each,
    TokenRate alone,
    int most,
    SpeedEstimate bestTogether,
    OptionalInt turning,
    Optional<Double> promptSeconds) {
  /** No more sequences are tried. */
  public static final int MOST_TRIED = 1024;

  /**
   * Of a report about several sequences, or about an engine made for serving; empty for others and
   * where no speed is predicted.
   */
  public static Optional<Serving> of(FitReport report) {
    FitQuestion question = report.computed();
    boolean serves = question.sequences() > 1 || question.engine() instanceof Engine.Vllm;
    if (!serves || report.decode().isEmpty() || question.speculation().isPresent()) {
      return Optional.empty();
    }
    Placed placed = Placed.of(question);
    int depth = question.contextPerSequence();
    int most = most(question);
    Optional<SpeedEstimate> together = at(placed, depth, question.sequences());
    Optional<SpeedEstimate> best = at(placed, depth, most);
    if (together.isEmpty() || best.isEmpty()) {
      return Optional.empty();
    }
    double rate = together.get().median().tokensPerSecond();
    return Optional.of(
        new Serving(
            question.sequences(),
            depth,
            together.get(),
            new TokenRate(rate / question.sequences()),
            report.decode().get().median(),
            most,
            best.get(),
            turning(placed, depth),
            report
                .prefill()
                .map(
                    speed ->
                        question.sequences()
                            * Math.min(Fit.PROMPT_TOKENS, depth)
                            / speed.median().tokensPerSecond())));
  }

  private static Optional<SpeedEstimate> at(Placed placed, int depth, int sequences) {
    return DecodeSpeed.together(placed, depth, sequences);
  }

  /** The most sequences of the question's context that fit; at least the question's own. */
  private static int most(FitQuestion question) {
    int low = question.sequences();
    int high = MOST_TRIED;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (fits(question, middle)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private static boolean fits(FitQuestion question, int sequences) {
    long tokens = (long) question.contextPerSequence() * sequences;
    if (tokens > Integer.MAX_VALUE) {
      return false;
    }
    FitReport report =
        Fit.answer(question.withSequences(sequences).withContextLength((int) tokens));
    return !(report.verdict() instanceof Verdict.Unknown)
        && !report.verdict().headroom().isNegative();
  }

  private static OptionalInt turning(Placed placed, int depth) {
    if (!isArithmetic(placed, depth, MOST_TRIED)) {
      return OptionalInt.empty();
    }
    int low = 1;
    int high = MOST_TRIED;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (isArithmetic(placed, depth, middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return OptionalInt.of(low);
  }

  private static boolean isArithmetic(Placed placed, int depth, int sequences) {
    return at(placed, depth, sequences)
        .filter(speed -> speed.limiter().equals(DecodeSpeed.ARITHMETIC))
        .isPresent();
  }

  /** For people: how many fit, what they get, and what sets the pace. */
  public String text() {
    StringBuilder text = new StringBuilder();
    if (sequences > 1) {
      text.append(
          String.format(
              Locale.ROOT,
              "%d at once: %s together (%s to %s), %s each against %s alone, held back by %s. ",
              sequences,
              together.median(),
              together.low().toString().replace(" tok/s", ""),
              together.high(),
              each,
              alone,
              together.limiter()));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "At most %s%,d sequences of %,d tokens fit: %s together, %s each.",
            most == MOST_TRIED ? "(tried) " : "",
            most,
            tokensEach,
            bestTogether.median(),
            new TokenRate(bestTogether.median().tokensPerSecond() / most)));
    text.append(
        turning.isEmpty()
            ? " Memory sets the pace up to there."
            : turning.getAsInt() > most
                ? String.format(
                    Locale.ROOT,
                    " Memory sets the pace up to there; arithmetic would from %,d on.",
                    turning.getAsInt())
                : String.format(
                    Locale.ROOT,
                    " From %,d on arithmetic sets the pace, and more of them gain little.",
                    turning.getAsInt()));
    if (sequences > 1 && promptSeconds.isPresent()) {
      text.append(
          String.format(
              Locale.ROOT,
              " If all send %d tokens at once, the last waits %.1f s for its first.",
              Math.min(Fit.PROMPT_TOKENS, tokensEach),
              promptSeconds.get()));
    }
    text.append(" No run of several at once is among the fitted ones, so this is arithmetic.");
    return text.toString();
  }
}
