package headroom.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import headroom.agent.json.RunJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class AccuracyCommandTest {
  private static final String LLAMA =
      """
      {"id": "%s", "model": "%s", "quant": "Q4_K_M", "backend": "CUDA", "n_ctx": 8192,
       "n_ubatch": 512, "n_seq_max": 4, "kv_type_k": "f16", "kv_type_v": "f16",
       "flash_attn": false, "n_gpu_layers": %d,
       "arch": {"architecture": "llama", "n_layer": 32, "n_embd": 4096, "n_head": 32,
         "n_head_kv": 8, "head_dim_k": 128, "head_dim_v": 128, "n_vocab": %d, "n_ff": 14336,
         "tied_embeddings": false},
       "expected": {"weights_mib": 4685.3, "weights_gpu_mib": {"CUDA0": 4403.49},
         "kv_mib": 1024.0, "compute_gpu_mib": {"CUDA0": 560.0}}}
      """;

  private static final String SPEED =
      """
      {"id": "%s", "device": "%s", "device_canonical": "%s", "device_class": "nvidia",
       "backend": "CUDA", "model": "%s", "params_b": 8.03, "quant": "Q4_K_M", "size_gib": 4.58,
       "test": "%s", "tok_per_s": 110.0, "n_gpus": 1, "grade_tier": "A", "use_for_grading": %s}
      """;

  @TempDir private Path home;

  @Test
  void memoryOfALlamaCppLogIsMetToTheHundredthOfAMebibyte() throws IOException {
    JsonNode report = json("fit", LLAMA.formatted("log", "Llama-3.1-8B-Instruct", 33, 128256));
    JsonNode one = report.path("cases").path(0);
    assertThat(one.path("weights").path("predicted").asDouble()).isEqualTo(4403.49, within(0.01));
    assertThat(one.path("kv").path("predicted").asDouble()).isEqualTo(1024);
    assertThat(one.path("compute").path("predicted").asDouble()).isEqualTo(560);
    assertThat(one.path("total").path("expected").asDouble()).isEqualTo(5987.49, within(0.001));
    JsonNode summary = report.path("summary").path("weights");
    assertThat(summary.path("n").asInt()).isEqualTo(1);
    assertThat(summary.path("worst").asDouble()).isLessThan(0.0001);
    assertThat(summary.path("within").path("1").asDouble()).isEqualTo(1);
    assertThat(report.path("skipped")).isEmpty();
  }

  @Test
  void shapeThatNoCatalogueModelHasIsTakenFromTheLog() throws IOException {
    JsonNode report = json("fit", LLAMA.formatted("log", "Some-8B", 33, 64000));
    double predicted = report.path("cases").path(0).path("weights").path("predicted").asDouble();
    // 64256 rows fewer of an output matrix stored as Q6_K: 64256 x 4096 / 256 x 210 B.
    assertThat(4403.49 - predicted).isEqualTo(64256.0 * 4096 / 256 * 210 / (1 << 20), within(0.01));
  }

  @Test
  void splitLayersLeaveTheScratchBufferOut() throws IOException {
    JsonNode one =
        json("fit", LLAMA.formatted("log", "Llama-3.1-8B", 20, 128256)).path("cases").path(0);
    assertThat(one.path("weights").path("predicted").asDouble()).isEqualTo(4685.3, within(0.01));
    assertThat(one.has("kv")).isTrue();
    assertThat(one.has("compute")).isFalse();
  }

  @Test
  void speedsAreSummedUpByTierWithTheShareInsideTheInterval() throws IOException {
    JsonNode report =
        json("speed", speed("a", "NVIDIA GeForce RTX 3080", "Meta-Llama-3-8B", "tg128", true));
    JsonNode decode = report.path("cases").path(0).path("decode");
    assertThat(decode.path("expected").asDouble()).isEqualTo(110);
    assertThat(decode.path("error").asDouble())
        .isEqualTo(Math.log(decode.path("predicted").asDouble() / 110), within(1e-9));
    assertThat(report.path("tiers").path("A").path("decode").path("n").asInt()).isEqualTo(1);
    assertThat(report.path("summary").path("decode").path("coverage80").asDouble())
        .isBetween(0.0, 1.0);
  }

  @Test
  void whatIsMissingIsNamedInTheReason() throws IOException {
    JsonNode skipped =
        json(
                "speed",
                speed("device", "NVIDIA GeForce RTX 3099", "Meta-Llama-3-8B", "tg128", true)
                    + ","
                    + speed("model", "NVIDIA GeForce RTX 3080", "Nobody-9000B", "tg128", true)
                    + ","
                    + speed("test", "NVIDIA GeForce RTX 3080", "Meta-Llama-3-8B", "warm", true)
                    + ","
                    + speed("doubt", "NVIDIA GeForce RTX 3080", "Meta-Llama-3-8B", "pp512", false))
            .path("skipped");
    assertThat(skipped).hasSize(4);
    assertThat(skipped.path(0).path("reason").asString())
        .startsWith("device 'NVIDIA GeForce RTX 3099' is not in the catalogue; nearest: ");
    assertThat(skipped.path(1).path("reason").asString())
        .startsWith("model 'Nobody-9000B' is not in the catalogue; nearest: ");
    assertThat(skipped.path(2).path("reason").asString()).startsWith("test 'warm' is unknown");
    assertThat(skipped.path(3).path("reason").asString()).startsWith("use_for_grading is false");
  }

  @Test
  void deviceThatMayBeSeveralIsTakenForTheLargest() throws IOException {
    JsonNode report =
        json("speed", speed("prefill", "Apple M1 Max", "Meta-Llama-3-8B", "pp512", true));
    assertThat(report.path("cases").path(0).path("id").asString()).isEqualTo("prefill");
    assertThat(report.path("skipped")).isEmpty();
  }

  @Test
  void devicesLeftOutAreSummedUpApart() throws IOException {
    JsonNode report =
        json("speed", speed("a", "NVIDIA GeForce RTX 3080", "Meta-Llama-3-8B", "tg128", true));
    JsonNode leftOut = report.path("devicesLeftOut").path("tiers").path("A").path("decode");
    assertThat(leftOut.path("n").asInt()).isEqualTo(1);
    assertThat(leftOut.path("median").asDouble())
        .isNotEqualTo(report.path("summary").path("decode").path("median").asDouble());
    assertThat(report.path("classes").path("A").path("cuda").path("decode").path("n").asInt())
        .isEqualTo(1);
  }

  @Test
  void tableShowsEachCaseAndTheSummary() throws IOException {
    CommandRun run = run("fit", "[" + LLAMA.formatted("log", "Llama-3.1-8B", 33, 128256) + "]");
    assertThat(run.out())
        .containsPattern("(?m)^log +kv +1024.00 +1024.00 +\\+0.00 %$")
        .contains("1 cases compared, 0 skipped")
        .containsPattern("(?m)^compute +1 +0.00 %");
  }

  @Test
  void badJsonNamesTheFileAndTheLine() throws IOException {
    CommandRun run = run("fit", "[\n{\"id\": \"a\",}]");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("headroom: " + home.resolve("cases.json") + " is no file of cases: line 2, ");
  }

  @Test
  void wrongShapeNamesThePlaceAndWhatWasWanted() throws IOException {
    CommandRun object = run("speed", "{}");
    assertThat(object.code()).isEqualTo(2);
    assertThat(object.err()).contains("found object; wanted a JSON array of objects");
    assertThat(run("speed", "[{\"id\": \"a\"}, {\"id\": 3}]").err())
        .contains("/1/id is number; wanted a name");
  }

  @Test
  void missingFileIsABadArgument() {
    CommandRun run = CommandRun.of(home, "accuracy", "fit", home.resolve("none.json").toString());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains(
            "CASES.json is '%s', which is not there; wanted".formatted(home.resolve("none.json")));
  }

  private static String speed(String id, String device, String model, String test, boolean use) {
    return SPEED.formatted(id, device, device, model, test, use);
  }

  private JsonNode json(String what, String cases) throws IOException {
    CommandRun run = run(what, "[" + cases + "]", "--json");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    return RunJson.mapper().readTree(run.out());
  }

  private CommandRun run(String what, String text, String... options) throws IOException {
    Path file = home.resolve("cases.json");
    Files.writeString(file, text);
    String[] arguments = new String[3 + options.length];
    arguments[0] = "accuracy";
    arguments[1] = what;
    arguments[2] = file.toString();
    System.arraycopy(options, 0, arguments, 3, options.length);
    return CommandRun.of(home, arguments);
  }
}
