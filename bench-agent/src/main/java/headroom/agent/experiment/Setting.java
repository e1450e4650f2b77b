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
import org.jspecify.annotations.Nullable;

/**
 * The model and the text that an experiment uses, and how it measures: every time is the median of
 * {@link #REPETITIONS} in this process after one that is not counted.
 */
public final class Setting implements AutoCloseable {
  /** Enough for a median that one disturbance does not move. */
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

  /** True where the file says that its weights are not trained but seeded. */
  public boolean randomWeights() {
    return model.header().metadata().findBoolean("headroom.synthetic").orElse(false);
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

  /** Speed, memory and quality with each of these caches; divergence is from the first of them. */
  List<Row> measured(List<Way> ways) {
    List<Session> sessions = new ArrayList<>();
    try {
      ways.forEach(way -> sessions.add(session(way.storage())));
      List<Speeds> speeds = sessions.stream().map(this::speeds).toList();
      Speeds.inTurns(speeds);
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < ways.size(); i++) {
        Session session = sessions.get(i);
        try (Session base = i == 0 ? null : session(ways.getFirst().storage())) {
          rows.add(
              speeds
                  .get(i)
                  .on(Row.named(ways.get(i).name()))
                  .cache(session.cacheBytes())
                  .quality(quality(session, base)));
        }
      }
      return rows;
    } finally {
      sessions.forEach(Session::close);
    }
  }

  /** How well a session predicts the text, and how far it lies from another. */
  Perplexity quality(Session session, @Nullable Session base) {
    return Perplexity.of(chunks, session, base, (_, _) -> {});
  }

  /** What is timed later, so that the first row finds its code compiled as the last one does. */
  public void warmUp() {
    try (Session session = session()) {
      Speeds.inTurns(List.of(speeds(session)));
    }
  }

  /** The row with the speeds of this session. */
  Row timed(Row row, Session session) {
    Speeds speeds = speeds(session);
    Speeds.inTurns(List.of(speeds));
    return speeds.on(row);
  }

  private Speeds speeds(Session session) {
    return new Speeds(session, prompt(), text(decoded()));
  }

  @Override
  public void close() {
    model.close();
  }
}
