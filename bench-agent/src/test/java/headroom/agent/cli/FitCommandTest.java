package headroom.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.agent.json.RunJson;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class FitCommandTest {
  @TempDir private Path home;

  @Test
  void eightBillionWeightsAtFourBitsFitAnRtx4090() {
    JsonNode fit = json("--model", "llama-3.1-8b", "--quant", "Q4_K_M", "--context", "8192");
    assertThat(fit.path("verdict").asString()).isEqualTo("fits");
    long device = 0;
    for (JsonNode line : fit.path("lines")) {
      assertThat(line.path("formula").asString()).as(line.toString()).isNotBlank();
      assertThat(line.path("source").asString()).as(line.toString()).isNotBlank();
      if (line.path("device").asString().equals("nvidia-geforce-rtx-4090")) {
        device += line.path("bytes").asLong();
      } else {
        assertThat(line.path("device").asString()).isEqualTo("host");
      }
    }
    assertThat(fit.path("totalBytes").asLong()).isEqualTo(device);
    // 32 layers x 8 heads x 128 elements x 2 (keys, values) x 2 bytes x 8192 cells = 1 GiB.
    assertThat(lineOf(fit, "kv").path("bytes").asLong()).isEqualTo(1L << 30);
    assertThat(fit.path("headroomBytes").asLong()).isPositive();
    for (String phase : List.of("decode", "prefill")) {
      JsonNode speed = fit.path(phase);
      assertThat(speed.path("low").asDouble()).isLessThan(speed.path("median").asDouble());
      assertThat(speed.path("high").asDouble()).isGreaterThan(speed.path("median").asDouble());
      assertThat(speed.path("limiter").asString()).isNotBlank();
    }
  }

  @Test
  void shortfallIsNegativeHeadroom() {
    JsonNode fit = json("--model", "llama-3.1-70b", "--quant", "Q8_0");
    assertThat(fit.path("verdict").asString()).isIn("offload", "no");
    assertThat(fit.path("headroomBytes").asLong()).isNegative();
  }

  @Test
  void quantisedCacheAndKnobsTakeLess() {
    long f16 = cacheBytes("--kv", "f16");
    assertThat(cacheBytes("--kv", "q8_0")).isEqualTo(f16 * 34 / 64);
    assertThat(cacheBytes("--kv", "q8_0,f16")).isEqualTo((f16 * 34 / 64 + f16) / 2);
    assertThat(cacheBytes("--knob", "kivi")).isLessThan(f16 / 3);
  }

  @Test
  void aTurnedKnobPrintsWhatItsPaperReports() {
    CommandRun text = fit("--model", "llama-3.1-8b", "--knob", "turboquant");
    assertThat(text.out().replaceAll("\\s+", " "))
        .contains("TurboQuant 3.5-bit cache: Rotates vectors at random")
        .contains(
            "LongBench score 50.06 at 3.5 bits, as at 16: Llama-3.1-8B-Instruct; KIVI at 3 bits:"
                + " 48.50, on A100 [")
        .contains("Measured only on A100, not on NVIDIA GeForce RTX 4090:");
    JsonNode knobs = json("--model", "llama-3.1-8b", "--knob", "turboquant,eagle-3").path("knobs");
    assertThat(knobs).hasSize(2);
    assertThat(knobs.path(0).path("slug").asString()).isEqualTo("turboquant");
    assertThat(knobs.path(0).path("figures").path(0).path("hardware").path(0).asString())
        .isEqualTo("A100");
    assertThat(knobs.path(0).path("measuredElsewhere").asString())
        .startsWith("Measured only on A100");
    assertThat(knobs.path(1).path("figures").path(0).path("claim").asString())
        .isEqualTo("4.40 times as fast, 6.13 tokens per step");
    assertThat(knobs.path(1).has("measuredElsewhere")).isFalse();
  }

  @Test
  void fileIsTakenAsItIsStored() {
    JsonNode fit = json("--model", Golden.MODELS.resolve("llama-f32.gguf").toString());
    assertThat(fit.path("quant").asString()).isEqualTo("as stored");
    assertThat(fit.path("verdict").asString()).isEqualTo("fits");
    assertThat(fit.path("context").asInt()).isEqualTo(2048); // llama.context_length of the file
  }

  @Test
  void tableShowsFormulasAndNumbersTheSources() {
    CommandRun fit = fit("--model", "llama-3.1-8b");
    assertThat(fit.code()).isZero();
    assertThat(fit.out())
        .contains("Q4_K_M, on NVIDIA GeForce RTX 4090: context 8192, cache f16")
        .contains("1.00 GiB")
        .contains("Fits, with ")
        .containsPattern("decode: [\\d.]+ tok/s \\([\\d.]+ to [\\d.]+ tok/s\\), held back by ")
        .containsPattern("(?m)^\\[1\\] .+");
  }

  @Test
  void whatIsLoadedBesideTheModelHasLines() {
    JsonNode fit =
        json(
            "--model", "qwen3.5-4b", "--mmproj", "--mtp", "--draft-model", "qwen3.5-0.8b",
            "--draft-quant", "Q8_0", "--draft-kv", "q8_0");
    assertThat(fit.path("lines").valueStream().map(line -> line.path("what").asString()))
        .contains(
            "vision projector",
            "vision projector: compute buffer",
            "draft model: weights",
            "draft model: KV cache, full attention",
            "prediction layer: weights",
            "prediction layer: KV cache, full attention");
    JsonNode sized = json("--model", "llama-3.1-8b", "--mmproj", "850MiB");
    assertThat(sized.path("lines").valueStream())
        .anyMatch(
            line ->
                line.path("what").asString().equals("vision projector")
                    && line.path("bytes").asLong() == 850L << 20);
  }

  @Test
  void companionsThatCannotBeCountedAreNamed() {
    assertThat(fit("--model", "llama-3.1-8b", "--mmproj").err())
        .contains("--mmproj: what reads images for Llama 3.1 8B is not known here; give its mmproj");
    assertThat(fit("--model", "llama-3.1-8b", "--mmproj", "large").err())
        .contains("--mmproj is 'large'; wanted an mmproj GGUF file or a size such as 850MiB");
    assertThat(fit("--model", "llama-3.1-8b", "--draft-quant", "Q8_0").err())
        .contains("--draft-quant is 'Q8_0' without --draft-model; wanted both");
    assertThat(fit("--model", "llama-3.1-8b", "--host-os", "beos").err())
        .contains("--host-os is 'beos'; wanted linux, windows or macos");
  }

  @Test
  void windowsLeavesLessOfTheCard() {
    long linux = json("--model", "llama-3.1-8b").path("headroomBytes").asLong();
    long windows =
        json("--model", "llama-3.1-8b", "--host-os", "windows").path("headroomBytes").asLong();
    // 2 % of 24 GiB against 1.3 GiB.
    assertThat(linux - windows).isBetween(800L << 20, 900L << 20);
  }

  @Test
  void unknownKnobNamesTheNearest() {
    CommandRun fit = fit("--model", "llama-3.1-8b", "--knob", "kiwi");
    assertThat(fit.code()).isEqualTo(2);
    assertThat(fit.err()).startsWith("headroom: unknown knob 'kiwi'; nearest: kivi");
  }

  private long cacheBytes(String... options) {
    return lineOf(
            json(
                Stream.concat(Stream.of("--model", "llama-3.1-8b"), Stream.of(options))
                    .toArray(String[]::new)),
            "kv")
        .path("bytes")
        .asLong();
  }

  private static JsonNode lineOf(JsonNode fit, String quantity) {
    return fit.path("lines")
        .valueStream()
        .filter(line -> line.path("quantity").asString().equals(quantity))
        .findFirst()
        .orElseThrow();
  }

  private JsonNode json(String... options) {
    CommandRun run =
        fit(Stream.concat(Stream.of(options), Stream.of("--json")).toArray(String[]::new));
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    return RunJson.mapper().readTree(run.out());
  }

  private CommandRun fit(String... options) {
    return CommandRun.of(
        home,
        Stream.concat(Stream.of("fit", "--device", "nvidia-geforce-rtx-4090"), Stream.of(options))
            .toArray(String[]::new));
  }
}
