package headroom.agent.experiment;

import headroom.inference.LanguageModel;
import headroom.inference.LoadOptions;
import headroom.inference.decode.Session;
import headroom.inference.evaluation.Chunks;
import headroom.inference.evaluation.Perplexity;
import headroom.inference.evaluation.TextTooShortException;
import headroom.kv.CacheStorage;
import headroom.kv.KvCacheSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The model and the text that an experiment uses, and how it measures: the ways that are compared
 * take turns, {@link #REPETITIONS} times in this process after some that are not counted.
 */
public final class Setting implements AutoCloseable {
  /** Enough for a median that two disturbances do not move. */
  public static final int REPETITIONS = 5;

  /** Tokens of a context, where model and text have so many. */
  static final int CONTEXT = 512;

  private static final int DECODED = 32;

  private final Path file;
  private final LoadOptions options;
  private final LanguageModel model;
  private final Path folder;
  private final Chunks chunks;
  private final int[] tokens;
  private final int context;

  /**
   * Loads a model.
   *
   * @param text to predict and to go on with
   * @param folder for files that a technique makes
   * @throws TextTooShortException where it has not tokens for two contexts of 64
   */
  public Setting(Path file, String text, LoadOptions options, Path folder) {
    this.file = file;
    this.options = options;
    this.folder = folder;
    this.model = LanguageModel.load(file, options);
    try {
      this.tokens = model.tokenizer().encode(text, true, false);
      int most = Math.min(CONTEXT, Math.min(model.contextLength(), tokens.length / 2));
      this.context = Math.max(64, most / 32 * 32);
      this.chunks = Chunks.of(text, model.tokenizer(), context);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  Path file() {
    return file;
  }

  LoadOptions options() {
    return options;
  }

  LanguageModel model() {
    return model;
  }

  /** Where a technique may write; removed afterwards. */
  Path folder() {
    return folder;
  }

  /** Tokens of a context, a multiple of 32. */
  public int context() {
    return context;
  }

  /** The text's first tokens. */
  int[] text(int count) {
    return Arrays.copyOf(tokens, Math.min(count, tokens.length));
  }

  /** A prompt of three quarters of a context. */
  int[] prompt() {
    return text(context * 3 / 4);
  }

  /** Tokens generated for a time. */
  int decoded() {
    return Math.min(DECODED, context / 4);
  }

  long fileBytes() throws IOException {
    return Files.size(file);
  }

  Session session(CacheStorage storage) {
    return model.newSession(storage.spec(context));
  }

  Session session() {
    return model.newSession(KvCacheSpec.f16(context));
  }

  static CacheStorage storage(String text) {
    return CacheStorage.parse(text).orElseThrow();
  }

  /**
   * Speed, memory and quality of this model with these caches, each beside its name; the first is
   * what the others are held against.
   */
  List<Row> measured(SequencedMap<String, CacheStorage> caches) {
    List<Way> ways = new ArrayList<>();
    try {
      caches.forEach(
          (name, storage) -> {
            Session session = session(storage);
            ways.add(new Way(Row.named(name).cache(session.cacheBytes()), session));
          });
      List<Row> rows = new ArrayList<>(timed(ways));
      for (int i = 0; i < rows.size(); i++) {
        Session base = i == 0 ? null : ways.getFirst().session();
        rows.set(i, rows.get(i).quality(quality(ways.get(i).session(), base)));
      }
      return rows;
    } finally {
      ways.forEach(way -> way.session().close());
    }
  }

  /** How well a session predicts the text, and how far it lies from another. */
  Perplexity quality(Session session, @Nullable Session base) {
    return Perplexity.of(chunks, session, base, (_, _) -> {});
  }

  /**
   * One of several ways of running a model.
   *
   * @param row without its speeds
   */
  record Way(Row row, Session session) {}

  /** The rows with the speeds of these sessions, which take turns. */
  List<Row> timed(List<Way> ways) {
    int[] prompt = prompt();
    int count = decoded();
    List<Timed> prefills =
        Timed.inTurns(
            ways.stream().map(way -> new Timed.Work(() -> begin(way.session(), prompt))).toList());
    List<Timed> decodes =
        Timed.inTurns(
            ways.stream()
                .map(
                    way ->
                        new Timed.Work(
                            () -> begin(way.session(), prompt),
                            () -> {
                              for (int i = 0; i < count; i++) {
                                way.session().forward(prompt[i]);
                              }
                            }))
                .toList());
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ways.size(); i++) {
      rows.add(
          ways.get(i)
              .row()
              .prefill(prefills.get(i).perSecond(prompt.length))
              .decode(decodes.get(i).perSecond(count)));
    }
    return rows;
  }

  private static void begin(Session session, int[] prompt) {
    session.truncate(0);
    session.forward(prompt);
  }

  @Override
  public void close() {
    model.close();
  }
}
