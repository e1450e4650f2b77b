package headroom.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.agent.json.RunJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

final class VerifyCommandTest {
  @TempDir private Path home;

  @Test
  void goldenModelPasses() throws IOException {
    golden("llama-f32");
    CommandRun verify = CommandRun.of(home, "verify", home.toString(), "--json");
    JsonNode file = only(verify);
    assertThat(file.path("status").asString()).as(verify.out()).isEqualTo("pass");
    assertThat(file.path("kind").asString()).isEqualTo("model");
    assertThat(file.path("maxAbs").asDouble()).isLessThanOrEqualTo(2e-3);
    assertThat(file.path("rms").asDouble()).isLessThanOrEqualTo(file.path("maxAbs").asDouble());
    assertThat(file.path("greedyAgreed").asInt()).isPositive();
    assertThat(verify.code()).isZero();
  }

  @Test
  void wrongLogitFails() throws IOException {
    ObjectNode golden = golden("llama-f32");
    ArrayNode last = (ArrayNode) golden.path("logits_last");
    last.set(7, RunJson.mapper().valueToTree(last.path(7).asDouble() + 0.01));
    Files.writeString(home.resolve("llama-f32.json"), golden.toString());
    CommandRun verify = CommandRun.of(home, "verify", home.toString(), "--json");
    assertThat(verify.code()).isEqualTo(1);
    assertThat(only(verify).path("status").asString()).isEqualTo("fail");
    assertThat(only(verify).path("reason").asString()).contains("last logits: max 0.0");
  }

  @Test
  void wrongGreedyTokenFails() throws IOException {
    ObjectNode golden = golden("llama-f32");
    ArrayNode greedy = (ArrayNode) golden.path("greedy_ids");
    greedy.set(1, RunJson.mapper().valueToTree((greedy.path(1).asInt() + 1) % 320));
    Files.writeString(home.resolve("llama-f32.json"), golden.toString());
    JsonNode file = only(CommandRun.of(home, "verify", home.toString(), "--json"));
    assertThat(file.path("status").asString()).isEqualTo("fail");
    assertThat(file.path("reason").asString()).startsWith("greedy step 2 chose ");
    assertThat(file.path("greedyAgreed").asInt()).isEqualTo(1);
  }

  @Test
  void blocksMustDecodeToTheSameBits() throws IOException {
    // One Q8_0 block: scale 1.0 (f16 3c00), then codes 1 and 31 zeros; 1.0f is 0000803f.
    String blocks = "003c01" + "00".repeat(31);
    String floats = "0000803f" + "00000000".repeat(31);
    write(
        "q8_0.json",
        "{\"type\":\"Q8_0\",\"blocks_hex\":\"%s\",\"f32_le_hex\":\"%s\"}",
        blocks,
        floats);
    write(
        "zzz.json",
        "{\"type\":\"Q8_0\",\"blocks_hex\":\"%s\",\"f32_le_hex\":\"%s\"}",
        blocks,
        "0100803f" + floats.substring(8));
    CommandRun verify = CommandRun.of(home, "verify", home.toString(), "--json");
    assertThat(verify.code()).isEqualTo(1);
    JsonNode files = RunJson.mapper().readTree(verify.out()).path("files");
    assertThat(files.path(0).path("status").asString()).isEqualTo("pass");
    assertThat(files.path(0).path("kind").asString()).isEqualTo("dequant");
    assertThat(files.path(1).path("status").asString()).isEqualTo("fail");
    assertThat(files.path(1).path("reason").asString())
        .isEqualTo("1 of 32 weights differ; wanted the same bits");
  }

  @Test
  void unknownFormatIsUnsupportedAndNoFailure() throws IOException {
    write("q9.json", "{\"type\":\"%s\",\"blocks_hex\":\"00\",\"f32_le_hex\":\"%s\"}", "Q9_X", "");
    CommandRun verify = CommandRun.of(home, "verify", home.toString());
    assertThat(verify.code()).isZero();
    assertThat(verify.out())
        .containsPattern("q9.json +dequant +unsupported .*no codec for format Q9_X")
        .contains("0 pass, 0 fail, 1 unsupported");
  }

  @Test
  void folderWithoutGoldenFilesIsAFailure() {
    CommandRun verify = CommandRun.of(home, "verify", home.toString());
    assertThat(verify.code()).isEqualTo(1);
    assertThat(verify.err()).contains("holds no golden file; wanted *.json");
  }

  @Test
  void fileInPlaceOfTheFolderIsToldWithTheFolder() throws IOException {
    golden("llama-f32");
    Path file = home.resolve("llama-f32.json");
    CommandRun verify = CommandRun.of(home, "verify", file.toString());
    assertThat(verify.code()).isEqualTo(2);
    assertThat(verify.err())
        .isEqualTo(
            "headroom: FOLDER is '%s', a file; wanted a folder of golden outputs, *.json beside what they describe; give the folder that it lies in: %s%n"
                .formatted(file, home));
    CommandRun missing = CommandRun.of(home, "verify", home.resolve("none").toString());
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.err()).contains("none', which is not there; wanted a folder of golden outp");
  }

  @Test
  void missingModelFileFails() throws IOException {
    write("gone.json", "{\"prompt_ids\":[1],\"gguf\":\"%s\"%s}", "gone.gguf", "");
    CommandRun verify = CommandRun.of(home, "verify", home.toString());
    assertThat(verify.code()).isEqualTo(1);
    assertThat(verify.out()).contains("no such file: ").contains("gone.gguf");
  }

  @Test
  void wholeSharedFolderPassesOrNamesWhatIsUnsupported() throws IOException {
    CommandRun verify = CommandRun.of(home, "verify", Golden.shared("").toString(), "--json");
    JsonNode files = RunJson.mapper().readTree(verify.out()).path("files");
    assertThat(files.size()).isGreaterThan(40);
    for (JsonNode file : files) {
      assertThat(file.path("status").asString()).as(file.toString()).isNotEqualTo("fail");
      if (file.path("status").asString().equals("unsupported")) {
        assertThat(file.path("reason").asString()).isNotBlank();
      }
    }
    assertThat(verify.code()).isZero();
  }

  /** Copies a golden model and its description into the folder; the description can be changed. */
  private ObjectNode golden(String name) throws IOException {
    for (String ending : new String[] {".gguf", ".json"}) {
      Files.copy(Golden.MODELS.resolve(name + ending), home.resolve(name + ending));
    }
    return (ObjectNode) RunJson.mapper().readTree(Files.readString(home.resolve(name + ".json")));
  }

  private void write(String name, String format, String first, String second) throws IOException {
    Files.writeString(home.resolve(name), format.formatted(first, second));
  }

  private static JsonNode only(CommandRun verify) {
    JsonNode files = RunJson.mapper().readTree(verify.out()).path("files");
    assertThat(files.size()).isEqualTo(1);
    return files.path(0);
  }
}
