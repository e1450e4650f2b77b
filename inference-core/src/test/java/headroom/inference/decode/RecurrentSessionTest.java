package headroom.inference.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import headroom.inference.GoldenFiles;
import headroom.inference.LanguageModel;
import headroom.inference.kvcache.CacheFormatException;
import headroom.inference.sample.Greedy;
import headroom.kv.CacheScheme;
import headroom.kv.KvCacheSpec;
import headroom.quant.QuantFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions of models whose layers keep a state, which cannot be computed backwards. */
class RecurrentSessionTest {
  private static final KvCacheSpec CACHE =
      new KvCacheSpec(QuantFormat.F32, QuantFormat.F32, 128, 1);
  private static final int[] PROMPT = {1, 17, 40, 41, 200, 40, 41, 7};

  @TempDir Path folder;

  private static LanguageModel load(String name) {
    return LanguageModel.load(GoldenFiles.of("architectures/" + name + ".gguf"));
  }

  /** Guesses what the model would say, but every third token wrongly. */
  private static Drafter mostlyRight(List<Integer> truth) {
    return (text, most) -> {
      int from = text.length - PROMPT.length;
      int[] tokens = new int[Math.clamp(truth.size() - from, 0, most)];
      Arrays.setAll(tokens, i -> (from + i) % 3 == 2 ? 0 : truth.get(from + i));
      return new Drafter.Draft(tokens, null);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen35", "qwen3next", "lfm2"})
  void speculationWritesTheModelsOwnTextTokenForToken(String name) {
    try (LanguageModel model = load(name)) {
      List<Integer> truth;
      try (Session session = model.newSession(CACHE)) {
        truth =
            new PlainDecoder()
                .generate(session, PROMPT, 40, new Greedy(), Set.of(), _ -> {})
                .tokens();
      }
      try (Session session = model.newSession(CACHE);
          Session small = model.newSession(CACHE)) {
        for (Drafter drafter :
            List.of(mostlyRight(truth), Lookup.DEFAULT, new DraftModel(small, new Greedy()))) {
          session.truncate(0);
          SpeculationTrace trace =
              new SpeculativeDecoder(drafter, 5)
                  .generate(session, PROMPT, 40, new Greedy(), Set.of(), _ -> {});
          assertThat(trace.decode().tokens()).isEqualTo(truth);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen35", "lfm2"})
  void aSessionGoesBackToItsMarkAndBeyondItOnlyToTheBeginning(String name) {
    try (LanguageModel model = load(name);
        Session session = model.newSession(CACHE)) {
      session.forward(1, 2, 3);
      assertThat(session.reaches(2)).isFalse();
      assertThatThrownBy(() -> session.truncate(2))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cannot truncate to 2 tokens");
      session.mark();
      float[] next = session.forward(4);
      session.forward(5, 6);
      session.truncate(4);
      assertThat(session.position()).isEqualTo(4);
      session.truncate(3);
      assertThat(session.forward(4)).isEqualTo(next);
      session.truncate(0);
      assertThat(session.reaches(3)).isFalse();
      session.forward(1, 2, 3);
      assertThat(session.forward(4)).isEqualTo(next);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen35moe", "lfm2"})
  void sessionsTogetherAnswerAsEachAlone(String name) {
    try (LanguageModel model = load(name);
        Session first = model.newSession(CACHE);
        Session second = model.newSession(CACHE);
        Session alone = model.newSession(CACHE)) {
      SessionGroup group = model.newGroup(128);
      group.forward(List.of(first, second), List.of(new int[] {1, 2, 3}, new int[] {9, 8}));
      float[][] logits =
          group.forward(List.of(first, second), List.of(new int[] {4}, new int[] {7, 6}));
      assertThat(logits[0]).containsExactly(alone(alone, 1, 2, 3, 4), within(1e-4f));
      assertThat(logits[1]).containsExactly(alone(alone, 9, 8, 7, 6), within(1e-4f));
    }
  }

  private static float[] alone(Session session, int... tokens) {
    session.truncate(0);
    return session.forward(tokens);
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen35", "lfm2"})
  void aSavedPromptHoldsTheStates(String name) throws IOException {
    Path file = folder.resolve("prompt");
    try (LanguageModel model = load(name);
        Session session = model.newSession(CACHE);
        Session other = model.newSession(CACHE)) {
      session.forward(PROMPT);
      PromptCache.save(file, model.fingerprint(), session);
      PromptCache.load(file, model.fingerprint(), model.vocabularySize(), other);
      assertThat(other.forward(5)).isEqualTo(session.forward(5));
      other.share(session, session.position());
      assertThat(other.forward(6)).isEqualTo(session.forward(6));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen35", "lfm2"})
  void neitherTreesNorEvictionSuitAState(String name) {
    try (LanguageModel model = load(name);
        Session session = model.newSession(CACHE)) {
      session.forward(1);
      TreeDecoder decoder = new TreeDecoder(new TreeLookup(4, 3), 8);
      assertThatThrownBy(
              () -> decoder.generate(session, PROMPT, 9, new Greedy(), Set.of(), _ -> {}))
          .isInstanceOf(CacheFormatException.class)
          .hasMessageContaining("a recurrent state follows one line of tokens");
      KvCacheSpec sinks =
          new KvCacheSpec(QuantFormat.F32, QuantFormat.F32, 128, 1, new CacheScheme.Sinks(2, 30));
      assertThatThrownBy(() -> model.newSession(sinks))
          .isInstanceOf(CacheFormatException.class)
          .hasMessageContaining("found layer 0 with a recurrent state");
    }
  }
}
