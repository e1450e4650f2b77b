package headroom.agent.experiment;

import headroom.inference.decode.ContinuousBatching;
import headroom.inference.decode.ContinuousBatching.Answer;
import headroom.inference.decode.ContinuousBatching.Request;
import headroom.inference.decode.Session;
import headroom.inference.sample.Greedy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Several answers at once. */
final class ServingTrials {
  private static final int REQUESTS = 8;

  private ServingTrials() {}

  /** Requests one after the other, then together. */
  static List<Row> continuousBatching(Setting setting) {
    int[] seats = {1, 2, 4, REQUESTS};
    int count = setting.decoded();
    int[] prompt = setting.text(setting.context() / 8);
    List<ContinuousBatching> servings = new ArrayList<>();
    try {
      List<Timed.Work> works = new ArrayList<>();
      for (int most : seats) {
        ContinuousBatching serving = serving(setting, most, Session.BATCH);
        servings.add(serving);
        works.add(
            new Timed.Work(
                () -> {
                  for (int i = 0; i < REQUESTS; i++) {
                    serving.submit(new Request(prompt, count, new Greedy(), Set.of()));
                  }
                  finish(serving);
                }));
      }
      List<Timed> times = Timed.inTurns(works);
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < seats.length; i++) {
        rows.add(
            Row.named(i == 0 ? "one after the other" : "%d at once".formatted(seats[i]))
                .decode(times.get(i).perSecond(REQUESTS * count)));
      }
      return rows;
    } finally {
      servings.forEach(ContinuousBatching::close);
    }
  }

  /** How long an answer stands still while somebody's long prompt comes in. */
  static List<Row> chunkedPrefill(Setting setting) {
    int whole = Math.min(Session.BATCH, setting.context());
    int[] steps = {whole, whole / 4, whole / 16};
    int[] prompt = setting.prompt();
    List<List<Long>> pauses = new ArrayList<>();
    List<Timed.Work> works = new ArrayList<>();
    for (int step : steps) {
      List<Long> seen = new ArrayList<>();
      pauses.add(seen);
      works.add(new Timed.Work(() -> seen.add(pause(setting, step, prompt))));
    }
    List<Timed> times = Timed.inTurns(works);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < steps.length; i++) {
      List<Long> counted = pauses.get(i).reversed().subList(0, Setting.REPETITIONS);
      rows.add(
          Row.named(i == 0 ? "the prompt at once" : "at most %d tokens a step".formatted(steps[i]))
              .prefill(times.get(i).perSecond(prompt.length + 8 + setting.decoded()))
              .note(
                  String.format(
                      Locale.ROOT,
                      "longest pause of the other answer %.1f ms",
                      counted.stream().sorted().toList().get(counted.size() / 2) / 1e6)));
    }
    return rows;
  }

  /** The longest pause of an answer, in nanoseconds, that a long prompt joins. */
  private static long pause(Setting setting, int step, int[] prompt) {
    try (ContinuousBatching serving = serving(setting, 2, Math.max(2, step))) {
      Answer answer =
          serving.submit(new Request(setting.text(8), setting.decoded(), new Greedy(), Set.of()));
      for (int warm = 0; warm < 4; warm++) {
        serving.step();
      }
      serving.submit(new Request(prompt, 1, new Greedy(), Set.of()));
      finish(serving);
      return longestPause(answer.nanos());
    }
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
