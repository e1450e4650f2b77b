package headroom.agent.experiment;

import headroom.inference.decode.Session;
import headroom.kv.CacheStorage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Caches that round, or that forget. */
final class CacheTrials {
  /** Tokens of a text that is long beside every window in use, and whose cache fits anywhere. */
  private static final int LONG_TEXT = 8192;

  private CacheTrials() {}

  static Experiment.Trial formats(String... storages) {
    return setting -> {
      SequencedMap<String, CacheStorage> caches = new LinkedHashMap<>();
      caches.put("cache f16", CacheStorage.F16);
      for (String text : storages) {
        caches.put("cache " + text, Setting.storage(text));
      }
      return setting.measured(caches);
    };
  }

  /** A quarter of the context, with and without the first tokens. */
  static List<Row> streamingLlm(Setting setting) {
    int kept = setting.context() / 4;
    SequencedMap<String, CacheStorage> caches = lastOnly(kept);
    caches.put(
        "the first 4 and the last %d".formatted(kept - 4),
        Setting.storage("sinks:4+" + (kept - 4)));
    return setting.measured(caches);
  }

  /** A quarter of the context: the newest alone, and half of it for the most attended. */
  static List<Row> heavyHitters(Setting setting) {
    int kept = setting.context() / 4;
    SequencedMap<String, CacheStorage> caches = lastOnly(kept);
    caches.put(
        "the %d most attended and the last %d".formatted(kept / 2, kept / 2),
        Setting.storage("h2o:%d+%d".formatted(kept / 2, kept / 2)));
    return setting.measured(caches);
  }

  private static SequencedMap<String, CacheStorage> lastOnly(int kept) {
    SequencedMap<String, CacheStorage> caches = new LinkedHashMap<>();
    caches.put("every token", CacheStorage.F16);
    caches.put("the last %d tokens".formatted(kept), Setting.storage("sinks:0+" + kept));
    return caches;
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
      Row kept = Row.named("layers with a window of %d keep that".formatted(window));
      rows.addAll(
          setting.timed(List.of(new Setting.Way(kept.cache(session.cacheBytes()), session))));
    }
    return rows;
  }

  private static String architecture(Setting setting) {
    return setting.model().header().metadata().getString("general.architecture");
  }
}
