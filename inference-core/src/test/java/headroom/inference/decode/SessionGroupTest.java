package headroom.inference.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import headroom.inference.GoldenFiles;
import headroom.inference.LanguageModel;
import headroom.inference.sample.Greedy;
import headroom.kv.CacheStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionGroupTest {
  private static int[] tokens(int seed, int count) {
    return new Random(seed).ints(count, 0, 256).toArray();
  }

  private static Session session(LanguageModel model, String kv) {
    return model.newSession(CacheStorage.parse(kv).orElseThrow().spec(128));
  }

  @ParameterizedTest
  @CsvSource({
    "llama-f32, f32",
    "llama-f32, f32@sinks:2+40",
    "llama-f32, f32@h2o:10+40",
    "architectures/gemma3, f32",
    "architectures/deepseek2, f32",
    "architectures/gpt-oss-mxfp4, f32"
  })
  void eachSessionAnswersAsIfItWereAlone(String name, String kv) {
    try (LanguageModel model = LanguageModel.load(GoldenFiles.of(name + ".gguf"))) {
      SessionGroup group = model.newGroup(128);
      List<Session> together = new ArrayList<>();
      List<Session> alone = new ArrayList<>();
      List<List<int[]>> steps = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        together.add(session(model, kv));
        alone.add(session(model, kv));
      }
      steps.add(List.of(tokens(1, 9), tokens(2, 1), tokens(3, 7)));
      for (int step = 0; step < 20; step++) {
        int[] piece = tokens(step, 1 + step % 4);
        steps.add(List.of(new int[] {step}, new int[] {step + 40}, piece));
      }
      for (List<int[]> step : steps) {
        float[][] found = group.forward(together, step);
        for (int i = 0; i < 3; i++) {
          assertThat(found[i]).containsExactly(alone.get(i).forward(step.get(i)), within(2e-3f));
        }
      }
      assertThat(together.get(0).tokens()).isEqualTo(alone.get(0).tokens());
      together.forEach(Session::close);
      alone.forEach(Session::close);
    }
  }

  @Test
  void requestsThatComeAndGoGetTheTextTheyWouldGetAlone() {
    try (LanguageModel model = LanguageModel.load(GoldenFiles.of("llama-f32.gguf"));
        Session alone = session(model, "f32");
        ContinuousBatching serving =
            new ContinuousBatching(model.newGroup(128), () -> session(model, "f32"), 3, 16)) {
      List<ContinuousBatching.Answer> answers = new ArrayList<>();
      List<int[]> prompts = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        prompts.add(tokens(i, 1 + 9 * i));
        answers.add(
            serving.submit(
                new ContinuousBatching.Request(
                    prompts.get(i), 6 + i, new Greedy(), Set.of(256 + i))));
      }
      int steps = 0;
      int passed = 0;
      for (int tokens = serving.step(); tokens > 0; tokens = serving.step()) {
        assertThat(tokens).isLessThanOrEqualTo(16);
        passed += tokens;
        steps++;
      }
      int generated = 0;
      int prompt = 0;
      for (int i = 0; i < 7; i++) {
        alone.truncate(0);
        DecodeTrace wanted =
            new PlainDecoder()
                .generate(alone, prompts.get(i), 6 + i, new Greedy(), Set.of(256 + i), _ -> {});
        assertThat(answers.get(i).tokens()).isEqualTo(wanted.tokens());
        assertThat(answers.get(i).done()).isTrue();
        assertThat(answers.get(i).nanos()).isSorted().hasSameSizeAs(wanted.tokens());
        generated += wanted.tokens().size();
        prompt += prompts.get(i).length;
      }
      assertThat(passed).isEqualTo(prompt + generated - 7);
      assertThat(steps).isLessThan(generated);
    }
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    try (LanguageModel model = LanguageModel.load(GoldenFiles.of("llama-f32.gguf"));
        LanguageModel other = LanguageModel.load(GoldenFiles.of("llama256-q8_0.gguf"));
        Session session = session(model, "f32");
        Session stranger = session(other, "f32");
        Session evicting = session(model, "sinks:2+8")) {
      SessionGroup group = model.newGroup(128);
      int[] one = {1};
      assertThatThrownBy(() -> group.forward(List.of(), List.of()))
          .hasMessage("found 0 sessions and tokens for 0; wanted as many, at least 1");
      assertThatThrownBy(() -> group.forward(List.of(session, session), List.of(one, one)))
          .hasMessageContaining("found a session twice");
      assertThatThrownBy(() -> group.forward(List.of(session, stranger), List.of(one, one)))
          .hasMessage("session 1 is of another model; wanted one of this");
      assertThatThrownBy(() -> group.forward(List.of(evicting), List.of(new int[3])))
          .hasMessage("session 0 is given 3 tokens; its cache takes 2 at once");
      assertThatThrownBy(() -> group.forward(List.of(session), List.of(new int[200])))
          .hasMessageContaining("the cache holds 0 of 128 tokens; found 200 more");
      assertThat(session.position()).isZero();
      assertThatThrownBy(() -> new ContinuousBatching(group, () -> session, 4, 3))
          .hasMessage("found 4 seats and 3 tokens a step; wanted at least 1 and from that to 512");
      assertThatThrownBy(
              () -> new ContinuousBatching.Request(new int[0], 1, new Greedy(), Set.of()))
          .hasMessageContaining("found a prompt of 0 tokens");
    }
  }
}
