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
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
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
      List<DecodeTrace> plain = plain(session, prompt, count);
      rows.add(Row.named("token by token").decode(rates(plain, trace -> trace)));
      for (int branches : new int[] {1, 2, 4}) {
        TreeDecoder decoder = new TreeDecoder(new TreeLookup(4, branches), DRAFTED[1]);
        List<SpeculationTrace> traces =
            repeated(
                session,
                () -> decoder.generate(session, prompt, count, new Greedy(), Set.of(), _ -> {}));
        rows.add(
            row(
                "%d guess%s at once".formatted(branches, branches == 1 ? "" : "es"),
                traces,
                plain));
      }
    }
    return rows;
  }

  private static List<Row> trial(Setting setting, Drafter drafter, String name) {
    int[] prompt = setting.text(setting.context() / 2);
    int count = setting.context() / 4;
    List<Row> rows = new ArrayList<>();
    try (Session session = setting.session()) {
      List<DecodeTrace> plain = plain(session, prompt, count);
      rows.add(Row.named("token by token").decode(rates(plain, trace -> trace)));
      for (int most : DRAFTED) {
        SpeculativeDecoder decoder = new SpeculativeDecoder(drafter, most);
        List<SpeculationTrace> traces =
            repeated(
                session,
                () -> decoder.generate(session, prompt, count, new Greedy(), Set.of(), _ -> {}));
        rows.add(row("%s, %d at a time".formatted(name, most), traces, plain));
      }
    }
    return rows;
  }

  /** Greedy answers are alike each time; their times are not. */
  private static Row row(String name, List<SpeculationTrace> traces, List<DecodeTrace> plain) {
    SpeculationTrace trace = traces.getFirst();
    return Row.named(name)
        .decode(rates(traces, SpeculationTrace::decode))
        .note(
            String.format(
                Locale.ROOT,
                "accepted %d of %d (%.0f %%), %.2f tokens a pass, %s text",
                trace.accepted(),
                trace.drafted(),
                100 * trace.acceptanceRate(),
                (double) (trace.decode().tokens().size() - 1) / Math.max(1, trace.rounds()),
                trace.decode().tokens().equals(plain.getFirst().tokens())
                    ? "the same"
                    : "another"));
  }

  private static List<DecodeTrace> plain(Session session, int[] prompt, int count) {
    return repeated(
        session,
        () -> new PlainDecoder().generate(session, prompt, count, new Greedy(), Set.of(), _ -> {}));
  }

  /** From an empty cache each time; the first warms up and is left out. */
  private static <T> List<T> repeated(Session session, Supplier<T> generation) {
    List<T> traces = new ArrayList<>();
    for (int i = 0; i <= Setting.REPETITIONS; i++) {
      session.truncate(0);
      traces.add(generation.get());
    }
    return traces.subList(1, traces.size());
  }

  private static <T> Rate rates(List<T> traces, Function<T, DecodeTrace> decode) {
    return Rate.of(traces.stream().map(decode).mapToDouble(DraftTrials::rate).toArray());
  }

  private static double rate(DecodeTrace trace) {
    long nanos = 0;
    for (long token : trace.tokenNanos()) {
      nanos += token;
    }
    return trace.tokenNanos().length * 1e9 / Math.max(1, nanos);
  }
}
