package headroom.agent.verify;

import headroom.agent.verify.VerifiedFile.Kind;
import headroom.agent.verify.VerifiedFile.Status;
import headroom.inference.LanguageModel;
import headroom.inference.LoadOptions;
import headroom.inference.decode.Session;
import headroom.kv.KvCacheSpec;
import headroom.quant.QuantFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/**
 * A model file, prompts, and the logits and greedy tokens that llama.cpp got from them. Compared
 * with an F32 cache; where the golden file has exact logits of a quantised model, with those.
 */
final class ModelGolden {
  private final LanguageModel model;
  private final List<String> faults = new ArrayList<>();
  private Distance worst = new Distance(0, 0);
  private int agreed;

  private ModelGolden(LanguageModel model) {
    this.model = model;
  }

  static VerifiedFile check(String name, Path file, JsonNode golden, LoadOptions options)
      throws IOException {
    Path gguf = file.resolveSibling(fileName(file, golden));
    if (!Files.isRegularFile(gguf)) {
      throw new NoSuchFileException(gguf.toString());
    }
    try (LanguageModel model = LanguageModel.load(gguf, options)) {
      ModelGolden check = new ModelGolden(model);
      if (golden.has("cases")) {
        golden.path("cases").forEach(check::check);
      } else {
        check.check(golden);
      }
      return check.result(name);
    }
  }

  private static String fileName(Path file, JsonNode golden) {
    String named = golden.path("gguf").asString("");
    return named.isEmpty()
        ? file.getFileName().toString().replaceFirst("\\.json$", ".gguf")
        : named;
  }

  private VerifiedFile result(String name) {
    return new VerifiedFile(
        name,
        Kind.MODEL,
        faults.isEmpty() ? Status.PASS : Status.FAIL,
        OptionalDouble.of(worst.maxAbs()),
        OptionalDouble.of(worst.rms()),
        OptionalInt.of(agreed),
        faults.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", faults)));
  }

  /** What llama.cpp's session had room for: LongRoPE rotates by another table in a long one. */
  private static int context(JsonNode run, int[] prompt, int[] greedy) {
    return Math.max(prompt.length + greedy.length, run.path("n_ctx").asInt(0));
  }

  private void check(JsonNode run) {
    int[] prompt = Ids.of(run.path("prompt_ids"));
    JsonNode wanted = run.has("exact") ? run.path("exact") : run;
    double[] last = Ids.numbers(wanted.path("logits_last"));
    Tolerance tolerance = Tolerance.of(run, model.header(), last);
    if (run.has("prompt")) {
      checkText(run, prompt);
    }
    int[] greedy = Ids.of(wanted.path("greedy_ids"));
    try (Session session =
        model.newSession(
            new KvCacheSpec(QuantFormat.F32, QuantFormat.F32, context(run, prompt, greedy), 1))) {
      float[][] logits = session.forwardEach(prompt);
      compare("last", logits[prompt.length - 1], last, tolerance);
      if (tolerance.rms().isEmpty() && wanted.has("logits_first")) {
        // Given for whole runs only; quantised files are judged by their last logits.
        compare("first", logits[0], Ids.numbers(wanted.path("logits_first")), tolerance);
        JsonNode middle = wanted.path("logits_mid");
        if (middle.has("pos")) {
          compare(
              "middle",
              logits[middle.path("pos").asInt()],
              Ids.numbers(middle.path("values")),
              tolerance);
        }
      }
      follow(session, logits[prompt.length - 1], greedy, wanted, tolerance);
    }
  }

  private void checkText(JsonNode run, int[] prompt) {
    int[] ids = model.tokenizer().encode(run.path("prompt").asString(), true, false);
    if (!Arrays.equals(ids, prompt)) {
      faults.add(
          "prompt '%s' gives %s; wanted %s"
              .formatted(run.path("prompt").asString(), Ids.text(ids), Ids.text(prompt)));
    }
  }

  private void compare(String where, float[] found, double[] wanted, Tolerance tolerance) {
    Distance distance = Distance.between(found, wanted);
    worst = worst.worse(distance);
    if (!tolerance.allows(distance)) {
      faults.add(
          "%s logits: max %.4g, rms %.4g; wanted max %.4g%s"
              .formatted(
                  where,
                  distance.maxAbs(),
                  distance.rms(),
                  tolerance.maxAbs(),
                  tolerance.rms().isPresent()
                      ? " or rms %.4g".formatted(tolerance.rms().getAsDouble())
                      : ""));
    }
  }

  /**
   * Follows greedy decoding while it agrees. Another choice is a fault up to the first step whose
   * margin is below the tolerance; from there on it only ends the count.
   */
  private void follow(
      Session session, float[] first, int[] greedy, JsonNode wanted, Tolerance tolerance) {
    double[] margins = Ids.numbers(wanted.path("greedy_margins"));
    float[] logits = first;
    boolean clear = true;
    for (int step = 0; step < greedy.length; step++) {
      clear &= margins[step] >= tolerance.maxAbs();
      int chosen = largest(logits);
      if (chosen != greedy[step]) {
        if (clear) {
          faults.add(
              "greedy step %d chose %d; wanted %d with margin %.4g"
                  .formatted(step + 1, chosen, greedy[step], margins[step]));
        }
        return;
      }
      agreed++;
      if (step + 1 < greedy.length) {
        logits = session.forward(chosen);
      }
    }
  }

  private static int largest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }
}
