package headroom.inference.odd;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.inference.GoldenFiles;
import headroom.inference.KernelChoice;
import headroom.inference.LanguageModel;
import headroom.inference.LoadOptions;
import headroom.inference.decode.Session;
import headroom.inference.sample.Greedy;
import headroom.kv.KvCacheSpec;
import headroom.quant.QuantFormat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Logits and greedy tokens of odd shapes against llama.cpp's, for prompts of every length. */
class OddShapesTest {
  /** What golden files of unquantised weights accept. */
  private static final double TOLERANCE = 2e-3;

  private static final int CONTEXT = 512;

  /** Every ninth logit is kept. */
  private static final int STEP = 9;

  private static final JsonNode GOLDEN = GoldenFiles.json("odd-shapes.json");

  static List<Arguments> models() {
    List<Arguments> models = new ArrayList<>();
    for (String name : OddShapes.names()) {
      models.add(Arguments.of(name, KernelChoice.VECTOR));
      models.add(Arguments.of(name, KernelChoice.REFERENCE));
    }
    return models;
  }

  @ParameterizedTest
  @MethodSource("models")
  void whatTheySayIsWhatLlamaCppSays(String name, KernelChoice kernels) {
    JsonNode cases = GOLDEN.get(name);
    KvCacheSpec cache = new KvCacheSpec(QuantFormat.F32, QuantFormat.F32, CONTEXT, 1);
    try (LanguageModel model =
        LanguageModel.load(GoldenFiles.of("odd/" + name + ".gguf"), new LoadOptions(2, kernels))) {
      assertThat(cases).as("prompts of %s", name).hasSize(OddShapes.PROMPTS.size());
      for (int i = 0; i < cases.size(); i++) {
        int[] prompt = OddShapes.prompt(OddShapes.PROMPTS.get(i));
        try (Session session = model.newSession(cache)) {
          check(session, prompt, cases.get(i));
        }
      }
    }
  }

  private static void check(Session session, int[] prompt, JsonNode wanted) {
    float[][] logits = session.forwardEach(prompt);
    close("first", logits[0], wanted);
    close("middle", logits[prompt.length / 2], wanted);
    float[] last = logits[prompt.length - 1];
    close("last", last, wanted);
    boolean clear = wanted.get("margin").asDouble() > 2 * TOLERANCE;
    for (int token : GoldenFiles.ints(wanted.get("greedy"))) {
      if (clear) {
        assertThat(new Greedy().sample(last)).isEqualTo(token);
      }
      last = session.forward(token);
    }
    close("after", last, wanted);
  }

  private static void close(String which, float[] logits, JsonNode wanted) {
    float[] expected = GoldenFiles.floats(wanted.get(which));
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) Math.abs(logits[i * STEP] - expected[i]))
          .as("logit %d of the %s token", i * STEP, which)
          .isLessThanOrEqualTo(TOLERANCE);
    }
  }
}
