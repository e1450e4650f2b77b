package headroom.agent.experiment;

import headroom.inference.decode.Session;
import headroom.kv.CacheStorage;
import java.util.ArrayList;
import java.util.List;

/** Caches that round, or that forget. */
final class CacheTrials {
  /** Tokens of a text that is long beside every window in use, and whose cache fits anywhere. */
  private static final int LONG_TEXT = 8192;

  private CacheTrials() {}

  static Experiment.Trial formats(String... storages) {
    return setting -> {
      List<Way> ways = new ArrayList<>();
      ways.add(new Way("cache f16", CacheStorage.F16));
      for (String text : storages) {
        ways.add(Way.of("cache " + text, text));
      }
      return setting.measured(ways);
    };
  }

  /** A quarter of the context, with and without the first tokens. */
  static List<Row> streamingLlm(Setting setting) {
    int kept = setting.context() / 4;
    return setting.measured(
        List.of(
            new Way("every token", CacheStorage.F16),
            Way.of("the last %d tokens".formatted(kept), "sinks:0+" + kept),
            Way.of("the first 4 and the last %d".formatted(kept - 4), "sinks:4+" + (kept - 4))));
  }

  /** A quarter of the context: the newest alone, and half of it for the most attended. */
  static List<Row> heavyHitters(Setting setting) {
    int kept = setting.context() / 4;
    return setting.measured(
        List.of(
            new Way("every token", CacheStorage.F16),
            Way.of("the last %d tokens".formatted(kept), "sinks:0+" + kept),
            Way.of(
                "the %d most attended and the last %d".formatted(kept / 2, kept / 2),
                "h2o:%d+%d".formatted(kept / 2, kept / 2))));
  }

  /** What a window saves in memory: the same text with room for all that the model was made for. */
  static List<Row> slidingWindow(Setting setting) {
    long window =
        setting
            .model()
            .header()
            .metadata()
            .findLong(architecture(setting) + ".attention.sliding_window")
            .orElse(0);
    if (window == 0) {
      throw new NotForThisModelException(
          "%s has no sliding window; wanted a model such as gemma 2, gemma 3 or gpt-oss"
              .formatted(setting.file().getFileName()));
    }
    List<Row> rows = new ArrayList<>();
    int length = Math.min(LONG_TEXT, setting.model().contextLength());
    try (Session session = setting.model().newSession(CacheStorage.F16.spec(length));
        Session small = setting.session()) {
      long whole = small.cacheBytes() / setting.context() * length;
      rows.add(Row.named("cache of every token, %d tokens".formatted(length)).cache(whole));
      rows.add(
          setting
              .timed(Row.named("layers with a window of %d keep that".formatted(window)), session)
              .cache(session.cacheBytes()));
    }
    return rows;
  }

  private static String architecture(Setting setting) {
    return setting.model().header().metadata().getString("general.architecture");
  }
}
