package headroom.inference.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import headroom.inference.GoldenFiles;
import headroom.inference.LanguageModel;
import headroom.inference.kvcache.CacheFormatException;
import headroom.kv.CacheStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptCacheTest {
  private static final int[] TEXT = new Random(4).ints(90, 0, 256).toArray();

  @TempDir private Path folder;

  private static Session session(LanguageModel model, String kv, int context) {
    return model.newSession(CacheStorage.parse(kv).orElseThrow().spec(context));
  }

  private static void load(Path file, LanguageModel model, Session session) throws IOException {
    PromptCache.load(file, model.fingerprint(), model.vocabularySize(), session);
  }

  @ParameterizedTest
  @CsvSource({
    "llama-f32, f32",
    "llama-f32, f16",
    "llama-f32, 'q8_0,q4_0'",
    "architectures/gemma3, f16",
    "architectures/deepseek2, f32"
  })
  void aSavedPromptAnswersAsIfItHadBeenComputed(String name, String kv) throws IOException {
    Path file = folder.resolve("prompt");
    try (LanguageModel model = LanguageModel.load(GoldenFiles.of(name + ".gguf"));
        Session first = session(model, kv, 100);
        Session again = session(model, kv, 120)) {
      first.forward(Arrays.copyOf(TEXT, 80));
      PromptCache.save(file, model.fingerprint(), first);
      float[] wanted = first.forward(Arrays.copyOfRange(TEXT, 80, 90));
      load(file, model, again);
      assertThat(again.tokens()).containsExactly(Arrays.copyOf(TEXT, 80));
      assertThat(again.reuse(TEXT)).isEqualTo(80);
      assertThat(again.forward(Arrays.copyOfRange(TEXT, 80, 90)))
          .containsExactly(wanted, within(1e-4f));
    }
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aRingIsSavedWithWhatItsLayersSee() throws IOException {
    int[] text = new Random(8).ints(700, 0, 256).toArray();
    Path file = folder.resolve("prompt");
    try (LanguageModel model = LanguageModel.load(GoldenFiles.of("architectures/gemma3.gguf"));
        Session first = session(model, "f16", 720);
        Session again = session(model, "f16", 710)) {
      first.forward(text);
      PromptCache.save(file, model.fingerprint(), first);
      float[] wanted = first.forward(7);
      load(file, model, again);
      assertThat(again.forward(7)).containsExactly(wanted, within(1e-6f));
    }
  }

  @Test
  void whatAPromptHasInCommonIsKept() {
    try (LanguageModel model = LanguageModel.load(GoldenFiles.of("llama-f32.gguf"));
        Session session = session(model, "f32", 100);
        Session fresh = session(model, "f32", 100)) {
      session.forward(TEXT);
      int[] other = TEXT.clone();
      other[50] = 300;
      assertThat(session.reuse(other)).isEqualTo(50);
      assertThat(session.position()).isEqualTo(50);
      assertThat(session.forward(Arrays.copyOfRange(other, 50, 90)))
          .containsExactly(fresh.forward(other), within(2e-4f));
      assertThat(session.reuse(other)).as("a token is left to compute").isEqualTo(89);
      assertThat(session.reuse(new int[] {301, 302})).isZero();
    }
  }

  @Test
  void sessionsShareABeginning() {
    try (LanguageModel model = LanguageModel.load(GoldenFiles.of("llama-f32.gguf"));
        Session first = session(model, "q8_0", 100);
        Session second = session(model, "q8_0", 100);
        Session other = session(model, "f16", 100)) {
      first.forward(Arrays.copyOf(TEXT, 80));
      second.share(first, 60);
      first.truncate(60);
      assertThat(second.position()).isEqualTo(60);
      assertThat(second.forward(5, 6)).containsExactly(first.forward(5, 6), within(1e-6f));
      assertThatThrownBy(() -> second.share(first, 99))
          .hasMessage("cannot share 99 tokens; the other session has 62");
      assertThatThrownBy(() -> other.share(first, 9)).hasMessageContaining("wanted the same");
    }
  }

  @Test
  void whatCannotBeUsedSaysWhy() throws IOException {
    Path file = folder.resolve("prompt");
    try (LanguageModel model = LanguageModel.load(GoldenFiles.of("llama-f32.gguf"));
        LanguageModel stranger = LanguageModel.load(GoldenFiles.of("llama256-q8_0.gguf"));
        Session session = session(model, "f16", 100);
        Session small = session(model, "f16", 20);
        Session other = session(model, "q8_0", 100);
        Session evicting = session(model, "sinks:2+9", 100);
        Session strange = session(stranger, "f16", 100)) {
      session.forward(Arrays.copyOf(TEXT, 30));
      PromptCache.save(file, model.fingerprint(), session);
      byte[] whole = Files.readAllBytes(file);
      assertThatThrownBy(() -> load(file, stranger, strange))
          .isInstanceOf(PromptCacheException.class)
          .hasMessage(
              "prompt cache %s: it is another model's; delete it or choose its model"
                  .formatted(file));
      assertThatThrownBy(() -> load(file, model, other))
          .hasMessageContaining(
              "it is stored as f16; wanted q8_0; delete it, or run with --kv f16");
      assertThatThrownBy(() -> load(file, model, small))
          .hasMessageContaining("it has 30 tokens; this session has room for 20");
      assertThat(small.position()).isZero();
      evicting.forward(TEXT);
      assertThatThrownBy(() -> PromptCache.save(file, model.fingerprint(), evicting))
          .isInstanceOf(CacheFormatException.class)
          .hasMessageContaining("cannot be saved or shared; use f16 or q8_0");
      for (int length = 0; length < whole.length; length += 997) {
        Files.write(file, Arrays.copyOf(whole, length));
        assertThatThrownBy(() -> load(file, model, session))
            .hasMessageContaining("it ends after %d bytes".formatted(Files.size(file)));
        assertThat(session.position()).isZero();
      }
      damaged(whole, file, 0, model, session, "it begins with");
      damaged(whole, file, 7, model, session, "its version is");
      damaged(whole, file, whole.length / 2, model, session, "its sum does not match");
    }
  }

  private static void damaged(
      byte[] whole, Path file, int at, LanguageModel model, Session session, String message)
      throws IOException {
    byte[] damaged = whole.clone();
    damaged[at] ^= 64;
    Files.write(file, damaged);
    assertThatThrownBy(() -> load(file, model, session)).hasMessageContaining(message);
    assertThat(session.position()).isZero();
  }
}
