package headroom.inference;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.inference.assembler.PageSource;
import headroom.inference.decode.Session;
import headroom.inference.kernel.processor.Processors;
import headroom.inference.sample.Greedy;
import headroom.kv.KvCacheSpec;
import headroom.quant.QuantFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Logits and greedy tokens against llama.cpp's, for every architecture and kernel set. */
class GoldenModelTest {
  /** What {@code ../shared/golden/README.md} accepts for unquantised weights. */
  private static final double F32_TOLERANCE = 2e-3;

  /**
   * The largest distance of llama.cpp with 8-bit activations from exact arithmetic, over the
   * deviation of the logits, in golden llama256-q8_0.
   */
  private static final double NATIVE_SHARE_OF_DEVIATION = 0.343 / 2.96;

  private static final List<String> MODELS =
      List.of(
          "llama-f32",
          "qwen2-f32",
          "qwen3-f32",
          "llama-spm-f32",
          "mixtral-f32",
          "phi3-f32",
          "gemma2-f32",
          "deepseek2-f32",
          "gpt-oss-f32",
          "llama256-f16",
          "llama256-q8_0",
          "llama256-q4_0",
          "llama256-q4_k",
          "llama256-q6_k",
          "llama256-iq4_nl");

  static List<Arguments> models() {
    List<Arguments> cases = new ArrayList<>();
    List<String> names = new ArrayList<>(MODELS);
    names.addAll(GoldenFiles.architectures());
    for (String model : names) {
      for (KernelChoice kernels : List.of(KernelChoice.VECTOR, KernelChoice.REFERENCE)) {
        cases.add(Arguments.of(model, kernels));
      }
      if (!Processors.here(PageSource.ofSystem()).isEmpty()) {
        cases.add(Arguments.of(model, KernelChoice.ASSEMBLED));
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("models")
  void logitsAndGreedyTokensAreThoseOfLlamaCpp(String name, KernelChoice kernels) {
    JsonNode golden = GoldenFiles.json(name + ".json");
    JsonNode wanted = golden.has("exact") ? golden.get("exact") : golden;
    int[] prompt = GoldenFiles.ints(golden.get("prompt_ids"));
    try (LanguageModel model =
            LanguageModel.load(GoldenFiles.of(name + ".gguf"), new LoadOptions(2, kernels));
        Session session = model.newSession(f32(golden.get("n_ctx").asInt()))) {
      assertThat(model.vocabularySize()).isEqualTo(golden.get("n_vocab").asInt());
      float[][] logits = session.forwardEach(prompt);
      // Vector kernels round the activations of short prompts and single tokens.
      boolean rounded =
          kernels == KernelChoice.ASSEMBLED
              || kernels == KernelChoice.VECTOR && golden.has("exact");
      double tolerance =
          check(logits[prompt.length - 1], wanted.get("logits_last"), golden, rounded);
      check(logits[0], wanted.get("logits_first"), golden, rounded);
      if (!golden.has("exact")) {
        JsonNode middle = golden.get("logits_mid");
        check(logits[middle.get("pos").asInt()], middle.get("values"), golden, rounded);
        if (tolerance == F32_TOLERANCE) {
          int[] best = Arrays.stream(logits).mapToInt(new Greedy()::sample).toArray();
          assertThat(best).isEqualTo(GoldenFiles.ints(golden.get("argmax_per_pos")));
        }
      }

      followGreedy(session, logits[prompt.length - 1], wanted, tolerance, rounded ? 0 : 1);
    }
  }

  private static void followGreedy(
      Session session, float[] logits, JsonNode wanted, double tolerance, int atLeast) {
    int[] greedy = GoldenFiles.ints(wanted.get("greedy_ids"));
    float[] margins = GoldenFiles.floats(wanted.get("greedy_margins"));
    int followed = 0;
    for (int i = 0; i < greedy.length && margins[i] > 2 * tolerance; i++) {
      assertThat(new Greedy().sample(logits)).as("greedy token %d", i).isEqualTo(greedy[i]);
      logits = session.forward(greedy[i]);
      followed++;
    }
    // Rounded activations can leave the first margin too small to say anything.
    assertThat(followed).as("greedy tokens compared").isGreaterThanOrEqualTo(atLeast);
  }

  /**
   * Checks one row by the README's rule and returns how far it was allowed to be.
   *
   * @param rounded whether activations are rounded to 8 bits, as llama.cpp's are
   */
  private static double check(float[] found, JsonNode wanted, JsonNode golden, boolean rounded) {
    float[] expected = GoldenFiles.floats(wanted);
    double max = 0;
    double squares = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs((double) found[i] - expected[i]);
      max = Math.max(max, difference);
      squares += difference * difference;
    }
    double rms = Math.sqrt(squares / expected.length);
    if (rounded && max > F32_TOLERANCE) {
      return checkRounded(max, rms, expected, golden.path("exact"));
    }
    if (!golden.has("exact")) {
      assertThat(max).isLessThanOrEqualTo(F32_TOLERANCE);
      return F32_TOLERANCE;
    }
    // f32 activations follow the exact run far closer than llama.cpp's quantised ones do.
    double rmsAllowed = 1.2 * golden.get("exact").get("native_vs_exact_rms_all").asDouble();
    assertThat(rms).isLessThanOrEqualTo(Math.min(rmsAllowed, F32_TOLERANCE));
    return F32_TOLERANCE;
  }

  /** Either distance may hold; without an exact run the largest as a share of the deviation. */
  private static double checkRounded(double max, double rms, float[] expected, JsonNode exact) {
    if (exact.isMissingNode()) {
      assertThat(max).isLessThanOrEqualTo(1.5 * NATIVE_SHARE_OF_DEVIATION * deviation(expected));
    } else if (rms > 1.2 * exact.get("native_vs_exact_rms_all").asDouble()) {
      assertThat(max)
          .isLessThanOrEqualTo(1.5 * exact.get("native_vs_exact_max_abs_last").asDouble());
    }
    return max;
  }

  private static double deviation(float[] values) {
    double mean = 0;
    double squares = 0;
    for (float value : values) {
      mean += value / values.length;
      squares += (double) value * value / values.length;
    }
    return Math.sqrt(squares - mean * mean);
  }

  static List<Arguments> stories() {
    List<Arguments> cases = new ArrayList<>();
    for (String name : List.of("stories260K-f32", "stories260K-q8_0")) {
      for (KernelChoice kernels : List.of(KernelChoice.VECTOR, KernelChoice.REFERENCE)) {
        cases.add(Arguments.of(name, kernels));
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("stories")
  void aTrainedModelTellsTheSameStories(String name, KernelChoice kernels) {
    JsonNode golden = GoldenFiles.json("real/" + name + ".json");
    // For q8_0 weights llama.cpp rounds a prompt's activations to 8 bits, these do not; logits
    // here reach 15.
    double tolerance = name.endsWith("f32") ? F32_TOLERANCE : 0.25;
    try (LanguageModel model =
        LanguageModel.load(GoldenFiles.of("real/" + name + ".gguf"), new LoadOptions(2, kernels))) {
      for (JsonNode story : golden.get("cases")) {
        try (Session session = model.newSession(f32(512))) {
          float[] logits = session.forward(GoldenFiles.ints(story.get("prompt_ids")));
          float[] expected = GoldenFiles.floats(story.get("logits_last"));
          for (int i = 0; i < expected.length; i++) {
            assertThat((double) Math.abs(logits[i] - expected[i])).isLessThanOrEqualTo(tolerance);
          }
          followGreedy(session, logits, story, tolerance, 1);
        }
      }
    }
  }

  static KvCacheSpec f32(int context) {
    return new KvCacheSpec(QuantFormat.F32, QuantFormat.F32, context, 1);
  }
}
