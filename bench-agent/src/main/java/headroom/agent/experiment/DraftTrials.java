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
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

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
    int[] prompt = setting.text(setting.context() / 2);
    int count = setting.context() / 4;
    List<Row> rows = new ArrayList<>();
    try (Session session = setting.session()) {
      DecodeTrace plain = plain(session, prompt, count);
      rows.add(Row.named("token by token").decode(rate(plain)));
      for (int branches : new int[] {1, 2, 4}) {
        TreeDecoder decoder = new TreeDecoder(new TreeLookup(4, branches), DRAFTED[1]);
        SpeculationTrace trace =
            median(
                session,
                () -> decoder.generate(session, prompt, count, new Greedy(), Set.of(), _ -> {}));
        rows.add(
            row("%d guess%s at once".formatted(branches, branches == 1 ? "" : "es"), trace, plain));
      }
    }
    return rows;
  }

  private static List<Row> trial(Setting setting, Drafter drafter, String name) {
    int[] prompt = setting.text(setting.context() / 2);
    int count = setting.context() / 4;
    List<Row> rows = new ArrayList<>();
    try (Session session = setting.session()) {
      DecodeTrace plain = plain(session, prompt, count);
      rows.add(Row.named("token by token").decode(rate(plain)));
      for (int most : DRAFTED) {
        SpeculativeDecoder decoder = new SpeculativeDecoder(drafter, most);
        SpeculationTrace trace =
            median(
                session,
                () -> decoder.generate(session, prompt, count, new Greedy(), Set.of(), _ -> {}));
        rows.add(row("%s, %d at a time".formatted(name, most), trace, plain));
      }
    }
    return rows;
  }

  private static Row row(String name, SpeculationTrace trace, DecodeTrace plain) {
    return Row.named(name)
        .decode(rate(trace.decode()))
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

  private static DecodeTrace plain(Session session, int[] prompt, int count) {
    List<DecodeTrace> traces = new ArrayList<>();
    for (int i = 0; i <= Setting.REPETITIONS; i++) {
      session.truncate(0);
      traces.add(
          new PlainDecoder().generate(session, prompt, count, new Greedy(), Set.of(), _ -> {}));
    }
    return median(traces, Comparator.comparingDouble(DraftTrials::rate));
  }

  private static SpeculationTrace median(Session session, Supplier<SpeculationTrace> generation) {
    List<SpeculationTrace> traces = new ArrayList<>();
    for (int i = 0; i <= Setting.REPETITIONS; i++) {
      session.truncate(0);
      traces.add(generation.get());
    }
    return median(traces, Comparator.comparingDouble(trace -> rate(trace.decode())));
  }

  /** Of all but the first, which warmed up. */
  private static <T> T median(List<T> all, Comparator<T> order) {
    List<T> sorted = all.stream().skip(1).sorted(order).toList();
    return sorted.get(sorted.size() / 2);
  }

  private static double rate(DecodeTrace trace) {
    long nanos = 0;
    for (long token : trace.tokenNanos()) {
      nanos += token;
    }
    return trace.tokenNanos().length * 1e9 / Math.max(1, nanos);
  }
}
