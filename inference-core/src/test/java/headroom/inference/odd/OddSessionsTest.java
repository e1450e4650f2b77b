package headroom.inference.odd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import headroom.inference.GoldenFiles;
import headroom.inference.KernelChoice;
import headroom.inference.LanguageModel;
import headroom.inference.LoadOptions;
import headroom.inference.decode.PlainDecoder;
import headroom.inference.decode.Session;
import headroom.inference.decode.SpeculationTrace;
import headroom.inference.decode.TreeDecoder;
import headroom.inference.decode.TreeLookup;
import headroom.inference.kvcache.CacheFormatException;
import headroom.inference.sample.Greedy;
import headroom.kv.CacheStorage;
import headroom.kv.KvCacheSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What sessions do beside a straight text, with layers that choose tokens or have many streams. */
class OddSessionsTest {
  private static final KvCacheSpec CACHE = of("f32");

  /** Sums over other batches are rounded otherwise. */
  private static final float ROUNDING = 2e-3f;

  private static final int[] PROMPT = OddShapes.prompt(40);

  private static LanguageModel load(String name) {
    return LanguageModel.load(
        GoldenFiles.of("odd/" + name + ".gguf"), new LoadOptions(2, KernelChoice.VECTOR));
  }

  private static void assertClose(float[] found, float[] wanted) {
    for (int i = 0; i < wanted.length; i++) {
      assertThat(found[i]).as("logit %d", i).isCloseTo(wanted[i], within(ROUNDING));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"deepseek32", "glm-dsa-shared", "gemma3n-short", "bitnet"})
  void aPromptInPiecesAndASharedOneSayTheSame(String name) {
    try (LanguageModel model = load(name);
        Session whole = model.newSession(CACHE);
        Session pieces = model.newSession(CACHE);
        Session shared = model.newSession(CACHE)) {
      float[] wanted = whole.forward(PROMPT);
      float[] found = {};
      for (int at = 0; at < PROMPT.length; at += 7) {
        found = pieces.forward(Arrays.copyOfRange(PROMPT, at, Math.min(PROMPT.length, at + 7)));
      }
      assertClose(found, wanted);

      pieces.truncate(20);
      assertClose(pieces.forward(Arrays.copyOfRange(PROMPT, 20, PROMPT.length)), wanted);

      shared.share(whole, 30);
      assertClose(shared.forward(Arrays.copyOfRange(PROMPT, 30, PROMPT.length)), wanted);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"deepseek32", "glm-dsa-shared", "gemma3n-short", "bitnet"})
  void aTreeOfGuessesChangesNoText(String name) {
    int[] prompt = new int[48];
    for (int i = 0; i < prompt.length; i++) {
      prompt[i] = i % 5 + i % 3;
    }
    try (LanguageModel model = load(name);
        Session alone = model.newSession(CACHE);
        Session guessing = model.newSession(CACHE)) {
      List<Integer> wanted =
          new PlainDecoder().generate(alone, prompt, 40, new Greedy(), Set.of(), _ -> {}).tokens();
      SpeculationTrace trace =
          new TreeDecoder(new TreeLookup(2, 3), 3)
              .generate(guessing, prompt, 40, new Greedy(), Set.of(), _ -> {});
      assertThat(trace.decode().tokens()).isEqualTo(wanted);
      assertThat(trace.drafted()).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"deepseek32", "glm-dsa-shared", "gemma3n-short", "bitnet"})
  void sessionsInOneBatchSayWhatEachSaysAlone(String name) {
    int[] other = OddShapes.prompt(23);
    try (LanguageModel model = load(name);
        Session first = model.newSession(CACHE);
        Session second = model.newSession(CACHE);
        Session alone = model.newSession(CACHE)) {
      float[][] found = model.newGroup(128).forward(List.of(first, second), List.of(PROMPT, other));
      assertClose(found[0], alone.forward(PROMPT));
      alone.truncate(0);
      assertClose(found[1], alone.forward(other));
    }
  }

  @Test
  void keysOfIndexersAreKeptInTwoBitsTooAndNoneAreEvicted() {
    try (LanguageModel model = load("deepseek32-plain");
        Session whole = model.newSession(CACHE);
        Session rounded = model.newSession(of("f16@kivi-2:32"))) {
      float[] wanted = whole.forward(PROMPT);
      assertThat(rounded.forward(PROMPT)).hasSameSizeAs(wanted).isNotEqualTo(wanted);
      assertThat(rounded.cacheBytes()).isLessThan(whole.cacheBytes());
      assertThatThrownBy(() -> model.newSession(of("f16@sinks:4+28")))
          .isInstanceOf(CacheFormatException.class)
          .hasMessageContaining("found layer 0 with one latent for both");
    }
  }

  private static KvCacheSpec of(String storage) {
    return CacheStorage.parse(storage).orElseThrow().spec(128);
  }
}
