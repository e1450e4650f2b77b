package headroom.agent.experiment;

import headroom.inference.decode.ContinuousBatching;
import headroom.inference.decode.ContinuousBatching.Answer;
import headroom.inference.decode.ContinuousBatching.Request;
import headroom.inference.decode.Session;
import headroom.inference.sample.Greedy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Several answers at once. */
final class ServingTrials {
  private static final int REQUESTS = 8;

  private ServingTrials() {}

  /** Requests one after the other, then together. */
  static List<Row> continuousBatching(Setting setting) {
    List<Row> rows = new ArrayList<>();
    for (int seats : new int[] {1, 2, 4, REQUESTS}) {
      int count = setting.decoded();
      int[] prompt = setting.text(setting.context() / 8);
      try (ContinuousBatching serving = serving(setting, seats, Session.BATCH)) {
        Timed all =
            Timed.repeated(
                () -> {
                  for (int i = 0; i < REQUESTS; i++) {
                    serving.submit(new Request(prompt, count, new Greedy(), Set.of()));
                  }
                  finish(serving);
                });
        rows.add(
            Row.named(seats == 1 ? "one after the other" : "%d at once".formatted(seats))
                .decode(all.perSecond(REQUESTS * count)));
      }
    }
    return rows;
  }

  /** How long an answer stands still while somebody's long prompt comes in. */
  static List<Row> chunkedPrefill(Setting setting) {
    List<Row> rows = new ArrayList<>();
    int whole = Math.min(Session.BATCH, setting.context());
    for (int step : new int[] {whole, whole / 4, whole / 16}) {
      long[] pauses = new long[Setting.REPETITIONS];
      double[] rates = new double[Setting.REPETITIONS];
      for (int i = -1; i < pauses.length; i++) {
        try (ContinuousBatching serving = serving(setting, 2, Math.max(2, step))) {
          long begin = System.nanoTime();
          Answer answer =
              serving.submit(
                  new Request(setting.text(8), setting.decoded(), new Greedy(), Set.of()));
          for (int warm = 0; warm < 4; warm++) {
            serving.step();
          }
          int[] prompt = setting.prompt();
          serving.submit(new Request(prompt, 1, new Greedy(), Set.of()));
          finish(serving);
          if (i >= 0) {
            pauses[i] = longestPause(answer.nanos());
            rates[i] = (prompt.length + 8 + setting.decoded()) * 1e9 / (System.nanoTime() - begin);
          }
        }
      }
      Arrays.sort(pauses);
      rows.add(
          Row.named(
                  step == whole ? "the prompt at once" : "at most %d tokens a step".formatted(step))
              .prefill(Rate.of(rates))
              .note(
                  String.format(
                      Locale.ROOT,
                      "longest pause of the other answer %.1f ms",
                      pauses[pauses.length / 2] / 1e6)));
    }
    return rows;
  }

  private static ContinuousBatching serving(Setting setting, int seats, int stepTokens) {
    return new ContinuousBatching(
        setting.model().newGroup(setting.context()), setting::session, seats, stepTokens);
  }

  private static void finish(ContinuousBatching serving) {
    while (serving.step() > 0) {
      // every step takes each answer further
    }
  }

  private static long longestPause(List<Long> nanos) {
    long longest = 0;
    for (int i = 1; i < nanos.size(); i++) {
      longest = Math.max(longest, nanos.get(i) - nanos.get(i - 1));
    }
    return longest;
  }
}
