package headroom.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.agent.json.RunJson;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class PlacementCommandTest {
  private static final String DEEPSEEK =
      "--model deepseek-v3 --device nvidia-geforce-rtx-4090 --context 32768";
  private static final String TWO_3090 =
      "--model gpt-oss-120b --device nvidia-geforce-rtx-3090,nvidia-geforce-rtx-3090"
          + " --gpu-layers auto";

  @TempDir private Path home;

  @Test
  void whatIsFarTooLargeSaysByHowMuchAndWhatWouldDo() {
    String text = words(fit(DEEPSEEK).out());
    assertThat(text)
        .containsPattern("Does not fit whole: 355\\.\\d+ GiB short")
        .contains("What would make it fit:")
        .containsPattern(
            "experts of 60 layers on the host \\(--n-cpu-moe 60\\): 2\\d\\.\\d+ GiB on the device,"
                + " 36\\d\\.\\d+ GiB on the host")
        .containsPattern("about [\\d.]+ tok/s beside 12 channels of DDR5-4800")
        .containsPattern("\\d\\d × NVIDIA GeForce RTX 4090: ")
        .contains("one Apple M3 Ultra")
        .contains("What would not, by itself:")
        .containsPattern(
            "weights as IQ1_S: still \\d+\\.\\d+ GiB short; there is room for 0\\.2\\d bits per"
                + " weight")
        .contains("cache as q4_0: still ")
        .contains("context of 4096: still ")
        .doesNotContain("To run it so:");
  }

  @Test
  void autoMovesExpertsAndPrintsTheLineThatStartsIt() {
    CommandRun run = fit(TWO_3090);
    assertThat(run.err()).isEmpty();
    assertThat(words(run.out()))
        .contains("gpt-oss-120b, MXFP4_MOE, on 2 × NVIDIA GeForce RTX 3090")
        .containsPattern(
            "Fits with a part on the host: 36 of 36 layers on the cards, experts of the first"
                + " (8|9|10|11) on the host")
        .containsPattern(
            "llama-server -m gpt-oss-120b-MXFP4_MOE.gguf -ngl 37 --n-cpu-moe \\d+ \\\\ -sm layer")
        .containsPattern(
            "decode: [\\d.]+ tok/s \\([\\d.]+ to [\\d.]+ tok/s\\) if the host has dual-channel"
                + " DDR5-5600 \\(89.6 GB/s\\), which is assumed: say what yours has with"
                + " --host-bandwidth")
        .containsPattern("cost of the host: [\\d.]+ tok/s instead of [\\d.]+ tok/s")
        .doesNotContain("No decode speed")
        .contains("nvidia-geforce-rtx-3090#2: ");
    assertThat(words(fit(TWO_3090 + " --host-memory 64GiB --host-bandwidth 80").out()))
        .containsPattern("decode: [\\d.]+ tok/s \\([\\d.]+ to [\\d.]+ tok/s\\), held back by")
        .containsPattern("cost of the host: [\\d.]+ tok/s instead of [\\d.]+ tok/s")
        .contains("GiB of 64.00 GiB");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        DEEPSEEK,
        TWO_3090,
        TWO_3090 + " --host-memory 64GiB --host-bandwidth 80",
        "--model llama-3.1-70b --device nvidia-geforce-rtx-4090 --gpu-layers 20",
        "--model qwen3-30b-a3b --device nvidia-geforce-rtx-3060-12-gb --n-cpu-moe 20",
        "--model llama-3.1-70b --device 2xnvidia-geforce-rtx-3090 --tensor-split 3,1",
        "--model llama-3.1-70b --device 2xnvidia-geforce-rtx-3090 --split-mode tensor",
        "--model llama-3.1-70b --device 4xnvidia-geforce-rtx-3090 --engine vllm --quant"
            + " awq-4bit-g128",
        "--model llama-3.1-70b --device nvidia-geforce-rtx-4090,nvidia-geforce-rtx-3060-12-gb",
        "--model llama-3.1-70b --device apple-m4-pro-16c-48gb --engine mlx --quant mlx-4bit-g64",
        "--model llama-3.1-8b --device cpu-ddr5-6000-dual --memory 64GiB",
        "--model llama-3.1-8b --device nvidia-geforce-rtx-4090 --knob turboquant,eagle-3",
      })
  void everyLineFitsATerminalOfEightyColumns(String options) {
    CommandRun run = fit(options);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    // An address cannot be broken.
    assertThat(run.out().lines().filter(line -> !line.contains("https://")))
        .allMatch(line -> line.length() <= 80);
  }

  @Test
  void countBeforeAnIdMeansSeveral() {
    JsonNode comma =
        json("--model llama-3.1-70b --device nvidia-geforce-rtx-3090,nvidia-geforce-rtx-3090");
    JsonNode count = json("--model llama-3.1-70b --device 2xnvidia-geforce-rtx-3090");
    JsonNode again =
        json(
            "--model llama-3.1-70b --device nvidia-geforce-rtx-3090 --device"
                + " nvidia-geforce-rtx-3090");
    assertThat(count).isEqualTo(comma);
    assertThat(again).isEqualTo(comma);
    assertThat(comma.path("device").asString())
        .isEqualTo("nvidia-geforce-rtx-3090,nvidia-geforce-rtx-3090");
    assertThat(comma.path("cards").path(1).path("id").asString())
        .isEqualTo("nvidia-geforce-rtx-3090#2");
  }

  @Test
  void jsonHasEveryCardAndThePlacement() {
    JsonNode fit = json(TWO_3090);
    assertThat(fit.path("verdict").asString()).isEqualTo("offload");
    long lines = 0;
    for (JsonNode line : fit.path("lines")) {
      lines += line.path("device").asString().equals("host") ? 0 : line.path("bytes").asLong();
    }
    long cards = 0;
    long tightest = Long.MAX_VALUE;
    int layers = 0;
    for (JsonNode card : fit.path("cards")) {
      cards += card.path("totalBytes").asLong();
      tightest = Math.min(tightest, card.path("headroomBytes").asLong());
      layers += card.path("layers").asInt();
    }
    assertThat(cards).isEqualTo(lines).isEqualTo(fit.path("totalBytes").asLong());
    assertThat(tightest).isEqualTo(fit.path("headroomBytes").asLong());
    assertThat(layers).isEqualTo(36);
    assertThat(fit.path("placement").path("expertLayersOnHost").asInt()).isPositive();
    assertThat(fit.path("command").asString()).startsWith("llama-server");
    JsonNode no = json(DEEPSEEK);
    assertThat(no.path("remedies").path(0).path("change").asString()).isEqualTo("ExpertsOnHost");
    assertThat(no.path("remedies").path(0).path("assumed").path("decode").asDouble()).isPositive();
    assertThat(no.path("deadEnds").path(0).path("bitsNeeded").asDouble()).isBetween(0.1, 0.4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--engine ollama      | --engine is 'ollama'; wanted one of llama.cpp, ik_llama.cpp, vllm",
        "--gpu-layers most    | --gpu-layers is 'most'; wanted a number, auto or all",
        "--gpu-layers -1      | --gpu-layers is '-1'; wanted a number, auto or all",
        "--split-mode columns | --split-mode is 'columns'; wanted layer, row or tensor",
        "--tensor-split 3,1   | tensor split has 2 shares; wanted at most one for each of the 1",
        "--tensor-split 0     | tensor split is all 0; wanted a share above 0",
        "--n-cpu-moe=-2       | expert layers on the host are -2; wanted 0 or more",
        "--host-bandwidth 0   | --host-bandwidth is 0.0; wanted GB/s above 0",
        "--host-memory lots   | --host-memory is 'lots'; wanted an amount such as 32GiB",
        "--host nowhere       | unknown device 'nowhere'",
        "--device 70xapple-m4-8c-16gb | --device names 71 devices; wanted 1 to 64",
      })
  void wrongOptionsAreNamed(String options, String message) {
    CommandRun run = fit("--model llama-3.1-8b --device nvidia-geforce-rtx-4090 " + options);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(message);
  }

  /** A text without its line ends. */
  private static String words(String text) {
    return text.replaceAll("\\s+", " ");
  }

  private JsonNode json(String options) {
    return RunJson.mapper().readTree(fit(options + " --json").out());
  }

  private CommandRun fit(String options) {
    return CommandRun.of(
        home,
        Stream.concat(Stream.of("fit"), Stream.of(options.split(" +"))).toArray(String[]::new));
  }
}
