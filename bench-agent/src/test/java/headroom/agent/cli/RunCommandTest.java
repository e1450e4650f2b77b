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
            "prompt 5 tokens, first token after \\d+ ms, generated 60 tokens at [\\d.,]+ tok/s");
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
        .startsWith("headroom: --model is 'none.gguf', which is not there; wanted a GGUF file; ");
  }

  private CommandRun run(String... more) {
    String[] arguments = new String[more.length + 7];
    String model = Golden.MODELS.resolve("llama-f32.gguf").toString();
    String[] first = {"run", "--model", model, "--prompt", "Once upon a time", "-n", "24"};
    System.arraycopy(first, 0, arguments, 0, 7);
    System.arraycopy(more, 0, arguments, 7, more.length);
    return CommandRun.of(home, arguments);
  }

  @Test
  void draftsChangeTheSpeedAndNotTheText() {
    String model = Golden.MODELS.resolve("llama-f32.gguf").toString();
    CommandRun plain = run("--kv", "f32");
    assertThat(plain.code()).as(plain.err()).isZero();
    CommandRun drafted = run("--kv", "f32", "--draft", model, "--draft-tokens", "3");
    assertThat(drafted.out()).isEqualTo(plain.out());
    assertThat(drafted.err())
        .containsPattern(
            "accepted \\d+ of \\d+ drafted tokens \\(\\d+ %\\) in \\d+ passes, drafting took \\d+"
                + " ms");
    CommandRun lookedUp = run("--kv", "f32", "--lookup");
    assertThat(lookedUp.out()).isEqualTo(plain.out());
    assertThat(lookedUp.err()).contains("drafted tokens");
    CommandRun asTree = run("--kv", "f32", "--lookup", "--guesses", "3");
    assertThat(asTree.out()).as(asTree.err()).isEqualTo(plain.out());
    assertThat(asTree.err()).contains("drafted tokens");
  }

  @Test
  void draftsThatCannotBeAreRefused() {
    String other = Golden.MODELS.resolve("architectures/gemma3.gguf").toString();
    assertThat(run("--draft", other).err()).contains("wanted the same vocabulary");
    assertThat(run("--draft", "none.gguf").err())
        .contains("--draft is 'none.gguf', which is not there");
    assertThat(run("--draft", other, "--lookup").err())
        .contains("found --draft and --lookup; wanted one of them");
    assertThat(run("--lookup", "--draft-tokens", "0").err())
        .contains("--draft-tokens is 0; wanted at least 1");
    assertThat(run("--lookup", "--guesses", "0").err())
        .contains("--guesses is 0; wanted at least 1");
    assertThat(run("--draft", other, "--guesses", "2").err())
        .contains("found --guesses 2 without --lookup; wanted both or none");
    assertThat(run("--lookup", "--guesses", "2", "--kv", "kivi-2").err())
        .contains("several guesses lie in the cache at once, which kivi-2:128 does not take");
    assertThat(run("--lookup", "--kv", "sinks:4+28").err())
        .contains("guesses are taken back", "f16@sinks:4+28");
  }

  @Test
  void aTextWithSinksGoesOnBeyondTheContext() {
    String model = Golden.MODELS.resolve("architectures/granite-exp.gguf").toString();
    String[] arguments = {"run", "--model", model, "--prompt", "Once", "-n", "300"};
    CommandRun whole = CommandRun.of(home, arguments);
    assertThat(whole.err()).contains("the model's context of 256 tokens leaves");
    String[] endless = java.util.Arrays.copyOf(arguments, 9);
    endless[7] = "--kv";
    endless[8] = "sinks:4+60";
    CommandRun run = CommandRun.of(home, endless);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).doesNotContain("leaves");
  }

  @Test
  void aChatWantsATemplate() {
    assertThat(run("--chat").err())
        .contains("key 'tokenizer.chat_template' is missing; wanted one for --chat");
    assertThat(run("--system", "Be brief.").err())
        .contains("found --system without --chat; wanted both or none");
  }

  @Test
  void aPromptIsComputedOnce() throws IOException {
    Path file = home.resolve("prompt.cache");
    CommandRun first = run("--prompt-cache", file.toString());
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.err()).contains(" tokens (0 from prompt.cache)");
    CommandRun second = run("--prompt-cache", file.toString());
    assertThat(second.out()).isEqualTo(first.out());
    assertThat(second.err()).doesNotContain("(0 from prompt.cache)");
    CommandRun other = run("--prompt-cache", file.toString(), "--kv", "q8_0");
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.err()).contains("it is stored as f16; wanted q8_0").hasLineCount(1);
    Files.writeString(file, "something else");
    assertThat(run("--prompt-cache", file.toString()).err())
        .contains("wanted 48525043: it is no saved prompt");
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
