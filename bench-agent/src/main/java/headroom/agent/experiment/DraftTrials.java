package headroom.agent.experiment;

import headroom.inference.LanguageModel;
import headroom.inference.decode.DecodeTrace;
import headroom.inference.decode.DraftModel;
import headroom.inference.decode.Drafter;
import headroom.inference.decode.Lookup;
import headroom.inference.decode.PlainDecoder;
import headroom.inference.decode.Session;
import headroom.inference.decode.SpeculationTrace;
import headroom.inference.decode.SpeculativeDecoder;
import headroom.inference.decode.TreeDecoder;
import headroom.inference.decode.TreeLookup;
import headroom.inference.sample.Greedy;
import headroom.kv.KvCacheSpec;
import headroom.quant.GgufMix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Guessing tokens before they are computed; the text stays the same. */
final class DraftTrials {
  /** Tokens guessed at a time; γ of arXiv 2211.17192, whose figure 5 has its best at 3 to 7. */
  private static final int[] DRAFTED = {3, 5};

  private DraftTrials() {}

  static List<Row> lookup(Setting setting) {
    return trial(setting, Lookup.DEFAULT, "look-up");
  }

  /** The model guesses for itself in four bits. */
  static List<Row> smallModel(Setting setting) throws IOException {
    try (LanguageModel draft =
            LanguageModel.load(WeightTrials.quantise(setting, GgufMix.Q4_0), setting.options());
        Session session = draft.newSession(KvCacheSpec.f16(setting.context()))) {
      return trial(setting, new DraftModel(session, new Greedy()), "drafts of the model in Q4_0");
    }
  }

  /** Look-up with one guess, and with several at once. */
  static List<Row> tree(Setting setting) {
    List<Speculation> ways = new ArrayList<>();
    for (int branches : new int[] {1, 2, 4}) {
      TreeDecoder decoder = new TreeDecoder(new TreeLookup(4, branches), DRAFTED[1]);
      ways.add(
          new Speculation(
              "%d guess%s at once".formatted(branches, branches == 1 ? "" : "es"),
              (session, prompt, count) ->
                  decoder.generate(session, prompt, count, new Greedy(), Set.of(), _ -> {})));
    }
    return compared(setting, ways);
  }

  private static List<Row> trial(Setting setting, Drafter drafter, String name) {
    List<Speculation> ways = new ArrayList<>();
    for (int most : DRAFTED) {
      SpeculativeDecoder decoder = new SpeculativeDecoder(drafter, most);
      ways.add(
          new Speculation(
              "%s, %d at a time".formatted(name, most),
              (session, prompt, count) ->
                  decoder.generate(session, prompt, count, new Greedy(), Set.of(), _ -> {})));
    }
    return compared(setting, ways);
  }

  /** A way of guessing, by its name. */
  private record Speculation(String name, Generation generation) {}

  @FunctionalInterface
  private interface Generation {
    SpeculationTrace of(Session session, int[] prompt, int count);
  }

  /** Token by token and all ways in turns; each pass starts anew, the prompt not timed. */
  private static List<Row> compared(Setting setting, List<Speculation> ways) {
    int[] prompt = setting.text(setting.context() / 2);
    int[] rest = {prompt[prompt.length - 1]};
    int[] before = Arrays.copyOf(prompt, prompt.length - 1);
    int count = setting.context() / 4;
    DecodeTrace[] plain = new DecodeTrace[1];
    SpeculationTrace[] traces = new SpeculationTrace[ways.size()];
    try (Session session = setting.session()) {
      Runnable start =
          () -> {
            session.truncate(0);
            session.forward(before);
          };
      List<Timed.Work> works = new ArrayList<>();
      works.add(
          new Timed.Work(
              start,
              () ->
                  plain[0] =
                      new PlainDecoder()
                          .generate(session, rest, count, new Greedy(), Set.of(), _ -> {})));
      for (int i = 0; i < traces.length; i++) {
        int way = i;
        works.add(
            new Timed.Work(
                start, () -> traces[way] = ways.get(way).generation().of(session, rest, count)));
      }
      List<Timed> times = Timed.inTurns(works);
      List<Row> rows = new ArrayList<>();
      rows.add(
          Row.named("token by token").decode(times.getFirst().perSecond(plain[0].tokens().size())));
      for (int i = 0; i < traces.length; i++) {
        rows.add(row(ways.get(i).name(), times.get(i + 1), traces[i], plain[0]));
      }
      return rows;
    }
  }

  private static Row row(String name, Timed timed, SpeculationTrace trace, DecodeTrace plain) {
    return Row.named(name)
        .decode(timed.perSecond(trace.decode().tokens().size()))
        .note(
            String.format(
                Locale.ROOT,
                "accepted %d of %d (%.0f %%), %.2f tokens a pass, %s text",
                trace.accepted(),
                trace.drafted(),
                100 * trace.acceptanceRate(),
                (double) (trace.decode().tokens().size() - 1) / Math.max(1, trace.rounds()),
                trace.decode().tokens().equals(plain.tokens()) ? "the same" : "another"));
  }
}
