package headroom.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.agent.json.RunJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class RunCommandTest {
  @TempDir private Path home;

  @Test
  void trainedModelTellsTheDocumentedStory() throws IOException {
    Path model = Golden.shared("real/stories260K-f32.gguf");
    JsonNode documented =
        RunJson.mapper()
            .readTree(Files.readString(Golden.shared("real/stories260K-f32.json")))
            .path("cases")
            .path(1);
    assertThat(documented.path("prompt").asString()).isEqualTo("Once upon a time");
    CommandRun run =
        CommandRun.of(
            home,
            "run",
            "--model",
            model.toString(),
            "--prompt",
            "Once upon a time",
            "-n",
            "60",
            "--kv",
            "f32");
    assertThat(run.code()).isZero();
    String story = run.out().strip();
    assertThat(story).hasSizeGreaterThan(120);
    assertThat(documented.path("text").asString().strip()).startsWith(story);
    assertThat(run.err())
        .containsPattern(
            "prompt 5 tokens, first token after \\d+ ms, generated 60 tokens at [\\d.]+ tok/s");
  }

  @Test
  void sameSeedTellsTheSameStory() {
    Path model = Golden.shared("real/stories260K-f32.gguf");
    String first = sampled(model, "7");
    assertThat(sampled(model, "7")).isEqualTo(first);
    assertThat(sampled(model, "8")).isNotEqualTo(first);
  }

  @Test
  void temperatureAloneKeepsAllTokens() {
    String model = Golden.MODELS.resolve("llama-f32.gguf").toString();
    CommandRun run =
        CommandRun.of(home, "run", "--model", model, "--prompt", "x", "-n", "5", "--temp", "1");
    assertThat(run.code()).as(run.err()).isZero();
  }

  @Test
  void modelWithoutVocabularyCannotBePrompted() throws IOException {
    // The key is renamed in place, one character, so that every offset stays right.
    String bytes =
        Files.readString(Golden.MODELS.resolve("llama-f32.gguf"), StandardCharsets.ISO_8859_1);
    Path model = home.resolve("wordless.gguf");
    Files.writeString(
        model,
        bytes.replace("tokenizer.ggml.model", "tokenizer.ggml.modem"),
        StandardCharsets.ISO_8859_1);
    CommandRun run = CommandRun.of(home, "run", "--model", model.toString(), "--prompt", "Hello");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).startsWith("headroom: ").contains("tokenizer.ggml.model");
    assertThat(run.err().lines()).hasSize(1);
  }

  @Test
  void impossibleSamplingIsABadArgument() {
    String model = Golden.MODELS.resolve("llama-f32.gguf").toString();
    assertThat(CommandRun.of(home, "run", "--model", model, "--prompt", "x", "--top-p", "2").err())
        .isEqualTo("headroom: --top-p is 2.0; wanted above 0, up to 1" + System.lineSeparator());
    assertThat(CommandRun.of(home, "run", "--model", model, "--prompt", "x", "--temp", "-1").code())
        .isEqualTo(2);
    assertThat(CommandRun.of(home, "run", "--model", model, "--prompt", "x", "-n", "0").code())
        .isEqualTo(2);
    assertThat(CommandRun.of(home, "run", "--model", "none.gguf", "--prompt", "x").err())
        .isEqualTo("headroom: no such file: none.gguf" + System.lineSeparator());
  }

  private String sampled(Path model, String seed) {
    return CommandRun.of(
            home,
            "run",
            "--model",
            model.toString(),
            "--prompt",
            "Once",
            "-n",
            "40",
            "--temp",
            "0.9",
            "--top-k",
            "40",
            "--top-p",
            "0.95",
            "--seed",
            seed)
        .out();
  }
}
