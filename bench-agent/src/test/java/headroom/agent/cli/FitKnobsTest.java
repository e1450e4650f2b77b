package headroom.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.agent.json.RunJson;
import headroom.knob.Knob;
import headroom.knob.Knobs;
import headroom.knob.PaperFigure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Every knob through the command, with models and devices of the catalogue. */
final class FitKnobsTest {
  private static final List<String> TECHNIQUES =
      List.of(
          "kivi",
          "kvquant",
          "turboquant",
          "h2o",
          "streaming-llm",
          "paged-attention",
          "contiguous-cache",
          "prompt-cache",
          "hydragen",
          "flash-attention",
          "gptq",
          "awq",
          "spqr",
          "aqlm",
          "qlora",
          "bitnet",
          "speculative-decoding",
          "medusa",
          "eagle",
          "mtp",
          "flexgen",
          "powerinfer",
          "llm-in-a-flash",
          "mla",
          "moe",
          "dsa",
          "nsa",
          "nvfp4",
          "mxfp4");

  @TempDir private Path home;

  static List<Knob> knobs() {
    return Knobs.all();
  }

  @Test
  void theTechniquesThatPeopleAskForAreKnobs() {
    assertThat(Knobs.all()).extracting(Knob::slug).containsAll(TECHNIQUES);
  }

  @ParameterizedTest
  @MethodSource("knobs")
  void aKnobChangesTheReportAndPrintsItsPapersNumbersWithConditions(Knob knob) {
    JsonNode plain = json(question(knob));
    JsonNode turned = json(with(question(knob), "--knob", knob.slug()));
    assertThat(figures(turned)).as(knob.slug()).isNotEqualTo(figures(plain));
    JsonNode said = turned.path("knobs").path(0);
    for (int i = 0; i < knob.figures().size(); i++) {
      PaperFigure figure = knob.figures().get(i);
      JsonNode printed = said.path("figures").path(i);
      assertThat(printed.path("claim").asString()).isEqualTo(figure.claim());
      assertThat(printed.path("conditions").asString()).isEqualTo(figure.conditions());
      assertThat(printed.path("source").asString()).isEqualTo(figure.source());
    }
    assertThat(said.path("measuredElsewhere").asString(""))
        .as("measured on %s", knob.measuredOn())
        .isEqualTo(elsewhere(knob));
  }

  @Test
  void aCacheLineCitesThePaperThatItsFormatComesFrom() {
    assertThat(
            CommandRun.of(home, arguments(with(question("llama-3.1-8b"), "--knob", "kivi"))).out())
        .contains("arXiv 2402.02750 and its example.py, groups of 32: 2 + (16 + 16)/32 = 3 bits");
  }

  /** What is said where the papers name their hardware and the card asked about is not among it. */
  private static String elsewhere(Knob knob) {
    return knob.measuredOn().isEmpty() || knob.measuredOn().contains("RTX 4090")
        ? ""
        : "Measured only on %s, not on NVIDIA GeForce RTX 4090: bytes hold anywhere, speeds may not."
            .formatted(
                Stream.of(
                        String.join(
                            ", ", knob.measuredOn().subList(0, knob.measuredOn().size() - 1)),
                        knob.measuredOn().getLast())
                    .filter(names -> !names.isEmpty())
                    .collect(Collectors.joining(" and ")));
  }

  /** A model that the technique is for, and a setting in which it matters. */
  private static List<String> question(Knob knob) {
    return switch (knob.slug()) {
      case "gqa" -> question("llama-2-7b");
      case "dsa" -> question("deepseek-v3");
      case "hydragen" -> with(question("llama-3.1-8b"), "--parallel", "4");
      case "flash-attention" -> with(question("llama-3.1-8b"), "--no-flash-attention");
      default -> question("llama-3.1-8b");
    };
  }

  private static List<String> question(String model) {
    return List.of("--model", model, "--context", "8192");
  }

  private static List<String> with(List<String> options, String... more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of(more));
    return all;
  }

  private static List<JsonNode> figures(JsonNode report) {
    return List.of(report.path("lines"), report.path("decode"), report.path("prefill"));
  }

  private JsonNode json(List<String> options) {
    CommandRun run = CommandRun.of(home, arguments(with(options, "--json")));
    assertThat(run.err()).isEmpty();
    return RunJson.mapper().readTree(run.out());
  }

  private static String[] arguments(List<String> options) {
    return Stream.concat(Stream.of("fit", "--device", "nvidia-geforce-rtx-4090"), options.stream())
        .toArray(String[]::new);
  }
}
