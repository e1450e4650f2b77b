package headroom.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.agent.json.RunJson;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class AdviseCommandTest {
  @TempDir private Path home;

  @Test
  void modelsForADeviceStandInEightyColumns() {
    CommandRun advice = advise("--device", "apple-m4-pro-16c-48gb", "--min-tps", "15");
    assertThat(advice.code()).isZero();
    assertThat(advice.out())
        .contains("models run on it at 15.0 tok/s or more")
        .contains("MMLU-Pro")
        .contains("Near misses:");
    assertThat(advice.out().lines().takeWhile(line -> !line.startsWith("Near misses")))
        .allMatch(line -> line.length() <= 80);
  }

  @Test
  void devicesForAModelNameTheirPrice() {
    JsonNode advice = json("--model", "qwen3-32b", "--min-tps", "20");
    JsonNode first = advice.path("devices").path(0);
    assertThat(first.path("outcome").asString()).isEqualTo("good");
    assertThat(first.path("launchUsd").asDouble()).isPositive();
    assertThat(first.path("decode").path("median").asDouble()).isGreaterThanOrEqualTo(20);
    JsonNode miss = advice.path("misses").path(0);
    assertThat(miss.path("why").asString()).isNotBlank();
  }

  @Test
  void modelAndDeviceAskForFormatAndContext() {
    JsonNode advice = json("--model", "qwen3-32b", "--device", "nvidia-geforce-rtx-3090");
    assertThat(advice.path("quants").size()).isGreaterThan(20);
    assertThat(advice.path("contexts").size()).isEqualTo(3);
    assertThat(advice.path("contexts").path(0).path("tokens").asInt())
        .isLessThan(advice.path("contexts").path(1).path("tokens").asInt());
    assertThat(advise("--model", "qwen3-32b", "--device", "nvidia-geforce-rtx-3090").out())
        .contains("Take ")
        .contains("Longest context as");
  }

  @Test
  void thisMachineIsTakenWhereNoDeviceIsNamed() {
    JsonNode advice = json("--memory", "16GiB", "--ram-bandwidth", "40", "--context", "2048");
    assertThat(advice.path("models").size()).isPositive();
    assertThat(advice.path("context").asInt()).isEqualTo(2048);
  }

  @Test
  void upgradeSaysWhatItBrings() {
    CommandRun advice = advise("--device", "nvidia-geforce-rtx-3090", "--upgrade");
    assertThat(advice.code()).isZero();
    assertThat(advice.out()).contains("With more memory").contains("With one more NVIDIA GeForce");
  }

  @Test
  void wrongArgumentsAreNamed() {
    assertFails(
        "unknown device 'rtx-4091'; nearest: nvidia-geforce-rtx-4090", "--device", "rtx-4091");
    assertFails("unknown model 'lama-3.1-8b'; nearest: llama-3.1-8b", "--model", "lama-3.1-8b");
    assertFails("--upgrade is asked of a device", "--upgrade", "--model", "qwen3-8b");
    assertFails("--min-tps is -1.0; wanted a number above 0", "--min-tps", "-1");
    assertFails("--context is 0; wanted at least 1", "--context", "0");
    assertFails("--limit is 0; wanted at least 1", "--limit", "0");
    assertFails("--cards is 9; wanted 1 to 8", "--cards", "9");
  }

  private void assertFails(String message, String... arguments) {
    CommandRun advice = advise(arguments);
    assertThat(advice.code()).isEqualTo(2);
    assertThat(advice.err()).contains(message);
  }

  private JsonNode json(String... arguments) {
    CommandRun advice =
        advise(Stream.concat(Stream.of(arguments), Stream.of("--json")).toArray(String[]::new));
    assertThat(advice.err()).isEmpty();
    assertThat(advice.code()).isZero();
    return RunJson.mapper().readTree(advice.out());
  }

  private CommandRun advise(String... arguments) {
    return CommandRun.of(
        home, Stream.concat(Stream.of("advise"), Stream.of(arguments)).toArray(String[]::new));
  }
}
