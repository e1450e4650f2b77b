package headroom.inference.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import headroom.inference.GoldenFiles;
import headroom.inference.LanguageModel;
import headroom.inference.architecture.EditedModel;
import headroom.kv.CacheStorage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts longer than what a cache keeps. */
class LongTextTest {
  @TempDir private Path folder;

  private static int[] tokens(int count) {
    return new Random(9).ints(count, 0, 256).toArray();
  }

  private static Session session(LanguageModel model, String kv, int context) {
    return model.newSession(CacheStorage.parse(kv).orElseThrow().spec(context));
  }

  private Path withLayers(String name, String architecture, int layers) {
    return new EditedModel(GoldenFiles.of(name))
        .withKey(architecture + ".block_count", layers, folder.resolve("cut.gguf"));
  }

  /**
   * Keys and values of a first layer come from its own token alone, so what is left says it all.
   */
  @Test
  void aLayerWithSinksAnswersAsIfTheTextWereWhatIsLeft() {
    int[] text = tokens(200);
    try (LanguageModel model = LanguageModel.load(withLayers("llama-f32.gguf", "llama", 1));
        Session whole = session(model, "f32", 64)) {
      for (int sinks : new int[] {0, 4}) {
        int[] left =
            IntStream.concat(Arrays.stream(text, 0, sinks), Arrays.stream(text, 200 - 24, 200))
                .toArray();
        whole.truncate(0);
        float[] wanted = whole.forward(left);
        for (int batch : new int[] {1, 5, 200}) {
          try (Session stream = session(model, "f32@sinks:%d+24".formatted(sinks), 64)) {
            float[] found = {};
            for (int done = 0; done < 200; done += batch) {
              found = stream.forward(Arrays.copyOfRange(text, done, Math.min(200, done + batch)));
            }
            assertThat(found).as("%d sinks", sinks).containsExactly(wanted, within(2e-4f));
            assertThat(stream.position()).isEqualTo(sinks + 24);
            assertThat(stream.room()).isGreaterThan(1_000_000);
          }
        }
      }
    }
  }

  @Test
  void nothingIsLostUntilACacheIsFull() {
    int[] text = tokens(40);
    try (LanguageModel model = LanguageModel.load(GoldenFiles.of("llama-f32.gguf"));
        Session whole = session(model, "f32", 40);
        Session sinks = session(model, "f32@sinks:8+32", 40);
        Session heavy = session(model, "f32@h2o:8+32", 40);
        Session few = session(model, "f32@h2o:4+16", 40)) {
      float[] wanted = whole.forward(text);
      assertThat(sinks.forward(text)).containsExactly(wanted, within(2e-4f));
      assertThat(heavy.forward(text)).containsExactly(wanted, within(2e-4f));
      assertThat(few.forward(text)).isNotEqualTo(wanted);
      assertThat(few.position()).isEqualTo(20);
    }
  }

  /** Five layers that see 8 tokens each know of 36 tokens; rotations know distances only. */
  @Test
  void aRingAnswersAsIfTheTextWereWhatItsLayersSee() {
    int[] text = tokens(1300);
    try (LanguageModel model =
            LanguageModel.load(withLayers("architectures/gemma3.gguf", "gemma3", 5));
        Session ring = session(model, "f32", 1300);
        Session fresh = session(model, "f32", 64)) {
      assertThat(ring.cacheBytes()).isEqualTo(fresh.cacheBytes() / 64 * (8 + Session.BATCH));
      ring.forward(Arrays.copyOf(text, 1290));
      float[] found = {};
      for (int i = 1290; i < 1300; i++) {
        found = ring.forward(text[i]);
      }
      float[] wanted = fresh.forward(Arrays.copyOfRange(text, 1300 - 40, 1300));
      assertThat(found).containsExactly(wanted, within(2e-3f));
    }
  }
}
