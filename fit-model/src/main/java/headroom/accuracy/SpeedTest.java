package headroom.accuracy;

import headroom.fit.DecodeSpeed;
import headroom.fit.FitQuestion;
import headroom.fit.PrefillSpeed;
import headroom.fit.SpeedEstimate;
import headroom.fit.SpeedSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a measurement ran.
 *
 * @param quantity {@code decode} or {@code prefill}
 * @param passes prompts read or answers generated, whose rates are averaged
 */
public record SpeedTest(String quantity, List<Pass> passes) {
  public static final String DECODE = "decode";
  public static final String PREFILL = "prefill";

  /**
   * @param tokens read or generated
   * @param depth tokens in the cache before them
   */
  public record Pass(int tokens, int depth) {
    /** A growing cache is on average half of what it becomes. */
    public int meanDepth() {
      return depth + tokens / 2;
    }
  }

  /**
   * @param median tokens per second
   * @param low lower end of the 80 % interval
   * @param high its upper end
   */
  public record Rates(double median, double low, double high) {}

  /** llama-bench's notation; {@code @p} is a prompt before the answer. */
  private static final Pattern BENCH = Pattern.compile("(pp|tg)(\\d{1,7})(?:@[dp](\\d{1,7}))?");

  /** A server's wall rate over so many tokens. */
  private static final Pattern SERVER = Pattern.compile("tg~(\\d{1,7}) .*");

  /** Prompts and answers of LocalScore's nine tests, in pairs. */
  private static final int[][] LOCAL_SCORE = {
    {1024, 16},
    {4096, 256},
    {2048, 256},
    {2048, 768},
    {1024, 1024},
    {1280, 3072},
    {384, 1152},
    {64, 1024},
    {16, 1536}
  };

  public SpeedTest {
    passes = List.copyOf(passes);
  }

  /**
   * @throws CannotPredictException where the notation is unknown
   */
  static SpeedTest parse(String text) {
    Matcher bench = BENCH.matcher(text);
    if (bench.matches() && Integer.parseInt(bench.group(2)) > 0) {
      int depth = bench.group(3) == null ? 0 : Integer.parseInt(bench.group(3));
      return new SpeedTest(
          bench.group(1).equals("pp") ? PREFILL : DECODE,
          List.of(new Pass(Integer.parseInt(bench.group(2)), depth)));
    }
    Matcher server = SERVER.matcher(text);
    if (server.matches()) {
      return new SpeedTest(DECODE, List.of(new Pass(Integer.parseInt(server.group(1)), 0)));
    }
    return switch (text) {
      case "localscore9-pp-mean" -> localScore(PREFILL);
      case "localscore9-tg-mean" -> localScore(DECODE);
      // No length is stated; a short chat hardly fills the cache.
      case "eval-rate (tg)", "tg (server)", "tg (LM Studio)" ->
          new SpeedTest(DECODE, List.of(new Pass(1, 0)));
      default ->
          throw new CannotPredictException(
              "test '%s' is unknown; wanted ppN or tgN, perhaps with @dN".formatted(text));
    };
  }

  private static SpeedTest localScore(String quantity) {
    List<Pass> passes = new ArrayList<>();
    for (int[] test : LOCAL_SCORE) {
      passes.add(quantity.equals(PREFILL) ? new Pass(test[0], 0) : new Pass(test[1], test[0]));
    }
    return new SpeedTest(quantity, passes);
  }

  public boolean isPrefill() {
    return quantity.equals(PREFILL);
  }

  /** Tokens that the longest pass holds at its end. */
  int context() {
    return passes.stream().mapToInt(pass -> pass.tokens() + pass.depth()).max().orElse(1);
  }

  /** The mean over all passes; empty where the device's facts do not suffice. */
  Optional<Rates> predict(FitQuestion question, SpeedSetting setting) {
    List<SpeedEstimate> estimates = new ArrayList<>();
    for (Pass pass : passes) {
      Optional<SpeedEstimate> estimate =
          isPrefill()
              ? PrefillSpeed.of(question, pass.tokens(), pass.depth(), setting)
              : DecodeSpeed.at(question, pass.meanDepth(), setting);
      if (estimate.isEmpty()) {
        return Optional.empty();
      }
      estimates.add(estimate.get());
    }
    return Optional.of(
        new Rates(
            mean(estimates, one -> one.median().tokensPerSecond()),
            mean(estimates, one -> one.low().tokensPerSecond()),
            mean(estimates, one -> one.high().tokensPerSecond())));
  }

  private static double mean(List<SpeedEstimate> estimates, ToDoubleFunction<SpeedEstimate> rate) {
    return estimates.stream().mapToDouble(rate).average().orElseThrow();
  }
}
