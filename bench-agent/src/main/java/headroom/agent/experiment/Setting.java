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
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The model and the text that an experiment uses, and how it measures: every time is the median of
 * {@link #REPETITIONS} in this process after one that is not counted.
 */
public final class Setting implements AutoCloseable {
  /** Enough for a median that one disturbance does not move. */
  static final int REPETITIONS = 3;

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

  /** Speed, memory and quality of this model with this cache. */
  Row measured(String name, CacheStorage storage) {
    try (Session session = session(storage);
        Session base = storage.equals(CacheStorage.F16) ? null : session()) {
      return timed(Row.named(name), session)
          .cache(session.cacheBytes())
          .quality(quality(session, base));
    }
  }

  /** How well a session predicts the text, and how far it lies from another. */
  Perplexity quality(Session session, @Nullable Session base) {
    return Perplexity.of(chunks, session, base, (_, _) -> {});
  }

  /** The row with the speeds of this session. */
  Row timed(Row row, Session session) {
    int[] prompt = prompt();
    Timed prefill =
        Timed.median(
            () -> {
              session.truncate(0);
              session.forward(prompt);
            });
    int count = decoded();
    Timed decode =
        Timed.median(
            () -> {
              session.truncate(0);
              session.forward(prompt);
            },
            () -> {
              for (int i = 0; i < count; i++) {
                session.forward(prompt[i]);
              }
            });
    return row.prefill(prefill.perSecond(prompt.length)).decode(decode.perSecond(count));
  }

  @Override
  public void close() {
    model.close();
  }
}
