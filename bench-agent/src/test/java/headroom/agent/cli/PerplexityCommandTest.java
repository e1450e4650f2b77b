package headroom.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import headroom.agent.json.RunJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class PerplexityCommandTest {
  private static final String MODEL = Golden.MODELS.resolve("llama-f32.gguf").toString();
  private static final String TEXT = Golden.MODELS.resolve("story.txt").toString();

  @TempDir private Path home;

  private CommandRun perplexity(String... more) {
    String[] arguments = new String[more.length + 5];
    arguments[0] = "perplexity";
    arguments[1] = "--model";
    arguments[2] = MODEL;
    arguments[3] = "--text";
    arguments[4] = TEXT;
    System.arraycopy(more, 0, arguments, 5, more.length);
    return CommandRun.of(home, arguments);
  }

  @Test
  void printsThePerplexityThatLlamaCppHas() {
    CommandRun run = perplexity("--context", "64", "--kv", "f32", "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode tree = RunJson.mapper().readTree(run.out());
    assertThat(tree.path("perplexity").asDouble()).isCloseTo(20749.7386, within(5.0));
    assertThat(tree.path("perplexityError").asDouble()).isCloseTo(3311.8, within(2.0));
    assertThat(tree.path("scoredTokens").asInt()).isEqualTo(341);
    assertThat(run.err()).contains("704 tokens in 11 chunks of 64").contains("[11]20");
  }

  @ParameterizedTest
  @ValueSource(strings = {"q4_0", "kivi-2:32", "sinks:4+28", "q8_0@h2o:16+16"})
  void everyCacheIsHeldAgainstF16(String kv) {
    CommandRun run = perplexity("--context", "64", "--kv", kv);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .containsPattern("KL divergence, mean +[0-9.]+ +± [0-9.]+")
        .contains("same likeliest token", "perplexity (f16)");
  }

  @Test
  void aModelIsHeldAgainstAnother() {
    CommandRun run = perplexity("--context", "64", "--base", MODEL, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode divergence = RunJson.mapper().readTree(run.out()).path("divergence");
    assertThat(divergence.path("meanKl").asDouble()).isCloseTo(0, within(1e-9));
    assertThat(divergence.path("measure").asString()).isEqualTo("llama-f32.gguf, f16");
    String other = Golden.MODELS.resolve("architectures/gemma3.gguf").toString();
    CommandRun wrong = perplexity("--base", other);
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("wanted the same vocabulary");
  }

  @Test
  void whatIsMissingOrTooShortIsSaid() throws IOException {
    assertThat(perplexity("--context", "512").err())
        .contains("has 704 tokens; wanted at least 1024, two contexts of 512: a context of 352")
        .doesNotContain("Exception");
    assertThat(perplexity("--context", "512").code()).isEqualTo(1);
    assertThat(perplexity("--context", "3").err())
        .isEqualTo("headroom: --context is 3; wanted at least 8" + System.lineSeparator());
    assertThat(perplexity("--kv", "sinks:4").err())
        .contains("--kv is 'sinks:4'", "sinks:S+R or h2o:H+R");
    assertThat(perplexity("--kv", "sinks:4+0").err())
        .contains("--kv: sinks keep the first 4 and the last 0 tokens");
    CommandRun none = CommandRun.of(home, "perplexity", "--model", MODEL, "--text", "no/such.txt");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err())
        .contains("--text is 'no/such.txt', which is not there; wanted a text in UTF-8");
    Path empty = Files.createFile(home.resolve("empty.txt"));
    assertThat(
            CommandRun.of(home, "perplexity", "--model", MODEL, "--text", empty.toString()).err())
        .contains("has 0 tokens; wanted at least 16, two contexts of 8");
  }
}
