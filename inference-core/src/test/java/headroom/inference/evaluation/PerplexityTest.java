package headroom.inference.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import headroom.inference.GoldenFiles;
import headroom.inference.LanguageModel;
import headroom.inference.decode.Session;
import headroom.kv.CacheStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PerplexityTest {
  /** Our own, written for this test. */
  private static String story() throws IOException {
    return Files.readString(GoldenFiles.of("story.txt"));
  }

  private static CacheStorage storage(String text) {
    return CacheStorage.parse(text).orElseThrow();
  }

  /** Figures of llama.cpp's libllama at 3f545bec, with the arithmetic of perplexity.cpp over it. */
  @ParameterizedTest
  @CsvSource({
    "real/stories260K-f32.gguf, 128, f32, 437, 3, 189, 4.191478, 0.628289",
    "real/stories260K-f32.gguf, 128, f16, 437, 3, 189, 4.192094, 0.628498",
    "llama-f32.gguf, 64, f32, 704, 11, 341, 20749.738559, 3311.804440",
    "qwen2-f32.gguf, 64, f32, 704, 11, 341, 116430.702260, 20756.337106",
  })
  void agreesWithLlamaCpp(
      String file,
      int context,
      String kv,
      int tokens,
      int count,
      int scored,
      double value,
      double error)
      throws IOException {
    try (LanguageModel model = LanguageModel.load(GoldenFiles.of(file));
        Session session = model.newSession(storage(kv).spec(context))) {
      Chunks chunks = Chunks.of(story(), model.tokenizer(), context);
      assertThat(chunks.tokens()).isEqualTo(tokens);
      Perplexity found = Perplexity.of(chunks, session, null, (_, _) -> {});
      assertThat(found.chunks()).isEqualTo(count);
      assertThat(found.scored()).isEqualTo(scored);
      assertThat(found.value().value()).isCloseTo(value, withinPercentage(0.02));
      assertThat(found.value().error()).isCloseTo(error, withinPercentage(0.05));
    }
  }

  @Test
  void isTheMeanOfWhatTheSecondHalvesSay() throws IOException {
    try (LanguageModel model = LanguageModel.load(GoldenFiles.of("llama-f32.gguf"));
        Session session = model.newSession(storage("f32").spec(100))) {
      int[] tokens = model.tokenizer().encode(story(), true, false);
      double sum = 0;
      int count = 0;
      for (int start = 0; start + 100 <= tokens.length; start += 100) {
        session.truncate(0);
        for (int i = 0; i < 99; i++) {
          float[] logits = session.forward(tokens[start + i]);
          if (i >= 50) {
            double all = 0;
            for (float logit : logits) {
              all += Math.exp(logit);
            }
            sum -= Math.log(Math.exp(logits[tokens[start + i + 1]]) / all);
            count++;
          }
        }
      }
      List<Integer> heard = new ArrayList<>();
      Perplexity found =
          Perplexity.of(
              Chunks.of(story(), model.tokenizer(), 100),
              session,
              null,
              (_, done) -> heard.add(done));
      assertThat(found.scored()).isEqualTo(count);
      assertThat(Math.log(found.value().value())).isCloseTo(sum / count, within(1e-4));
      assertThat(heard).containsExactly(1, 2, 3, 4, 5, 6, 7);
    }
  }

  @Test
  void aCacheDoesNotDivergeFromItselfAndFewerBitsDivergeMore() throws IOException {
    double q8 = divergence("q8_0").mean().value();
    double q4 = divergence("q4_0").mean().value();
    double two = divergence("kivi-2:32").mean().value();
    Divergence same = divergence("f16");
    assertThat(same.mean().value()).isCloseTo(0, within(1e-9));
    assertThat(same.sameTop().value()).isEqualTo(1);
    assertThat(same.difference().value()).isCloseTo(0, within(1.0));
    assertThat(q8).isBetween(1e-7, q4 / 4);
    assertThat(q4).isLessThan(two);
  }

  private static Divergence divergence(String kv) throws IOException {
    try (LanguageModel model = LanguageModel.load(GoldenFiles.of("llama-f32.gguf"));
        Session tested = model.newSession(storage(kv).spec(128));
        Session base = model.newSession(storage("f16").spec(128))) {
      Divergence found =
          Perplexity.of(Chunks.of(story(), model.tokenizer(), 128), tested, base, (_, _) -> {})
              .divergence()
              .orElseThrow();
      assertThat(found.median()).isBetween(0.0, found.percentile99());
      assertThat(found.percentile99()).isLessThanOrEqualTo(found.largest());
      return found;
    }
  }

  @Test
  void divergenceIsThatOfItsDefinition() {
    float[] p = {1, 2, 3};
    float[] q = {3, 1, 0};
    double sumP = Math.exp(1) + Math.exp(2) + Math.exp(3);
    double sumQ = Math.exp(3) + Math.exp(1) + Math.exp(0);
    double wanted = 0;
    for (int i = 0; i < 3; i++) {
      double pi = Math.exp(p[i]) / sumP;
      wanted += pi * Math.log(pi / (Math.exp(q[i]) / sumQ));
    }
    assertThat(new LogProbabilities(p).divergenceOf(new LogProbabilities(q)))
        .isCloseTo(wanted, within(1e-12));
  }

  @Test
  void aShortTextSaysHowManyTokensAreWanted() {
    try (LanguageModel model = LanguageModel.load(GoldenFiles.of("llama-f32.gguf"))) {
      assertThatThrownBy(() -> Chunks.of("Once upon a time", model.tokenizer(), 512))
          .isInstanceOf(TextTooShortException.class)
          .hasMessageMatching(
              "the text has \\d+ tokens; wanted at least 1024, two contexts of 512.*");
      assertThatThrownBy(() -> Chunks.of("Once", model.tokenizer(), 4))
          .hasMessage("the context is 4 tokens; wanted at least 8");
    }
  }
}
