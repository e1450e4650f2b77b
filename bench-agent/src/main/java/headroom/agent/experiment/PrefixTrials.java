package headroom.agent.experiment;

import headroom.inference.decode.PromptCache;
import headroom.inference.decode.Session;
import headroom.inference.decode.SessionGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Prompts that were computed before. */
final class PrefixTrials {
  private static final int SESSIONS = 4;

  private PrefixTrials() {}

  /** The time to the first token, with the prompt computed and with it read from a file. */
  static List<Row> promptCache(Setting setting) throws IOException {
    Path file = setting.folder().resolve("prompt");
    byte[] fingerprint = setting.model().fingerprint();
    int[] prompt = setting.prompt();
    int last = prompt.length - 1;
    try (Session session = setting.session()) {
      Timed computed =
          Timed.repeated(
              () -> {
                session.truncate(0);
                session.forward(prompt);
              });
      session.truncate(last);
      PromptCache.save(file, fingerprint, session);
      Timed read =
          Timed.repeated(
              () -> {
                load(setting, file, fingerprint, session);
                session.reuse(prompt);
                session.forward(prompt[last]);
              });
      return List.of(
          first("prompt computed", computed, prompt.length).cache(session.cacheBytes()),
          first("prompt read from a file", read, prompt.length)
              .cache(session.cacheBytes())
              .note(
                  String.format(
                      Locale.ROOT,
                      "first token after %.1f ms; the file takes %d bytes",
                      read.millis(),
                      Files.size(file))));
    }
  }

  private static void load(Setting setting, Path file, byte[] fingerprint, Session session) {
    try {
      PromptCache.load(file, fingerprint, setting.model().vocabularySize(), session);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Row first(String name, Timed timed, int tokens) {
    return Row.named(name)
        .prefill(timed.perSecond(tokens))
        .note(String.format(Locale.ROOT, "first token after %.1f ms", timed.millis()));
  }

  /** Several answers to prompts that begin alike. */
  static List<Row> sharedPrefix(Setting setting) {
    int[] prompt = setting.prompt();
    int shared = prompt.length - 8;
    List<Session> sessions = new ArrayList<>();
    try {
      for (int i = 0; i < SESSIONS; i++) {
        sessions.add(setting.session());
      }
      int[] rest = Arrays.copyOfRange(prompt, shared, prompt.length);
      SessionGroup group = setting.model().newGroup(setting.context());
      Timed each =
          Timed.repeated(
              () -> {
                for (Session session : sessions) {
                  session.truncate(0);
                  session.forward(prompt);
                }
              });
      Timed once =
          Timed.repeated(
              () -> {
                Session first = sessions.getFirst();
                first.truncate(0);
                first.forward(Arrays.copyOf(prompt, shared));
                for (Session session : sessions.subList(1, SESSIONS)) {
                  session.share(first, shared);
                }
                List<int[]> rests = new ArrayList<>();
                sessions.forEach(_ -> rests.add(rest));
                group.forward(sessions, rests);
              });
      int tokens = SESSIONS * prompt.length;
      return List.of(
          first("%d prompts, each computed".formatted(SESSIONS), each, tokens),
          first("%d of %d tokens computed once".formatted(shared, prompt.length), once, tokens));
    } finally {
      sessions.forEach(Session::close);
    }
  }
}
