package headroom.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.agent.experiment.Experiment;
import headroom.agent.experiment.Experiments;
import headroom.agent.json.RunJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

final class ExperimentTest {
  private static final String MODEL = Golden.MODELS.resolve("llama-f32.gguf").toString();

  @TempDir private Path home;

  static Stream<String> slugs() {
    return Experiments.ALL.stream()
        .map(Experiment::slug)
        .filter(slug -> !slug.equals("sliding-window") && !slug.equals("active-experts"));
  }

  private JsonNode rows(String slug, String model) {
    CommandRun run = CommandRun.of(home, "bench", "--model", model, "--experiment", slug, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode tree = RunJson.mapper().readTree(run.out());
    assertThat(tree.path("experiment").asString()).isEqualTo(slug);
    assertThat(tree.path("paper").asString()).startsWith("https://arxiv.org/abs/2");
    return tree.path("rows");
  }

  @ParameterizedTest
  @MethodSource("slugs")
  void everyTechniqueIsMeasuredBesideTheModelWithoutIt(String slug) {
    JsonNode rows = rows(slug, MODEL);
    assertThat(rows.size()).isGreaterThan(1);
    for (JsonNode row : rows) {
      assertThat(row.has("prefillTokensPerSecond") || row.has("decodeTokensPerSecond"))
          .as(row.toString())
          .isTrue();
    }
    JsonNode first = rows.get(0);
    JsonNode last = rows.get(rows.size() - 1);
    if (first.has("perplexity")) {
      assertThat(first.has("meanKl")).as("the first is the measure").isFalse();
      assertThat(last.path("meanKl").asDouble()).isPositive();
      String bytes = slug.endsWith("weights") ? "weightBytes" : "cacheBytes";
      assertThat(last.path(bytes).asLong()).isLessThan(first.path(bytes).asLong());
    }
    if (slug.equals("specinfer") || slug.startsWith("lookup") || slug.startsWith("speculative")) {
      assertThat(last.path("note").asString()).contains("accepted ").endsWith(", the same text");
    }
  }

  @Test
  void aWindowIsTriedOnAModelThatHasOne() {
    JsonNode rows =
        rows(
            "sliding-window", Golden.MODELS.resolve("architectures/gpt-oss-mxfp4.gguf").toString());
    assertThat(rows.get(1).path("cacheBytes").asLong())
        .isLessThan(rows.get(0).path("cacheBytes").asLong());
    CommandRun run =
        CommandRun.of(home, "bench", "--model", MODEL, "--experiment", "sliding-window");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("llama-f32.gguf has no sliding window; wanted a model such as");
  }

  @Test
  void fewerExpertsAreTriedOnAModelThatHasSeveral() {
    JsonNode rows =
        rows("active-experts", Golden.MODELS.resolve("architectures/qwen3moe.gguf").toString());
    assertThat(rows.size()).isEqualTo(2);
    assertThat(rows.get(0).path("name").asString()).isEqualTo("3 experts a token");
    assertThat(rows.get(1).path("name").asString()).isEqualTo("1 expert a token");
    assertThat(rows.get(1).path("meanKl").asDouble()).isPositive();
    CommandRun run =
        CommandRun.of(home, "bench", "--model", MODEL, "--experiment", "active-experts");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("llama-f32.gguf has not several experts for a token; wanted");
  }

  @Test
  void theListNamesEveryPaper() {
    CommandRun run = CommandRun.of(home, "bench", "--experiment", "list");
    assertThat(run.code()).isZero();
    assertThat(run.out().lines()).hasSizeGreaterThan(Experiments.ALL.size());
    assertThat(run.out()).contains("kivi", "https://arxiv.org/abs/2402.02750");
    assertThat(Experiments.ALL).hasSizeGreaterThan(11);
  }

  @Test
  void theTableIsForPeople() {
    CommandRun run = CommandRun.of(home, "bench", "--model", MODEL, "--experiment", "kivi");
    assertThat(run.out())
        .contains("(https://arxiv.org/abs/2402.02750)", "cache kivi-2:32", "KL from the first");
  }

  @Test
  void whatCannotBeTriedSaysWhy() throws IOException {
    CommandRun unknown = CommandRun.of(home, "bench", "--experiment", "magic", "--model", MODEL);
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("--experiment is 'magic'; wanted int8-weights, ");
    Path shortText = Files.writeString(home.resolve("short.txt"), "Too short.");
    CommandRun brief =
        CommandRun.of(
            home,
            "bench",
            "--experiment",
            "kivi",
            "--model",
            MODEL,
            "--text",
            shortText.toString());
    assertThat(brief.code()).isEqualTo(1);
    assertThat(brief.err()).contains("short.txt: the text has").contains("wanted at least 128");
    assertThat(CommandRun.of(home, "bench", "--text", shortText.toString()).err())
        .contains("found --text without --experiment");
  }
}
