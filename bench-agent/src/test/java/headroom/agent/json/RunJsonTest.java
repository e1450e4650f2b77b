package headroom.agent.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.measure.BenchmarkRun;
import headroom.measure.EnvironmentFacts;
import headroom.measure.RunSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunJsonTest {
  /** The document that the site's test reads too: that is the contract. */
  private static final Path GOLDEN = Path.of("../fit-model/src/test/resources/run-v1.json");

  @TempDir private Path folder;

  @Test
  void goldenDocumentSurvivesReadingAndWriting() throws IOException {
    BenchmarkRun run = RunJson.read(GOLDEN);
    Path again = folder.resolve("again.json");
    Files.writeString(again, RunJson.write(run));
    assertThat(RunJson.read(again)).isEqualTo(run);
    assertThat(RunJson.mapper().readTree(Files.readString(again)))
        .isEqualTo(RunJson.mapper().readTree(Files.readString(GOLDEN)));
  }

  @Test
  void goldenDocumentCanBeSummarised() throws IOException {
    BenchmarkRun run = RunJson.read(GOLDEN);
    RunSummary decode = RunSummary.of(run, run.cells().get(1));
    assertThat(decode.workload().toString()).isEqualTo("tg128");
    assertThat(decode.median().tokensPerSecond()).isBetween(260.0, 275.0);
    assertThat(decode.low().tokensPerSecond()).isLessThan(decode.median().tokensPerSecond());
    assertThat(decode.shareOfCeiling().orElseThrow()).isBetween(0.5, 0.65);
  }

  @Test
  void whatIsUnknownIsAnAbsentKey() throws IOException {
    BenchmarkRun run = RunJson.read(GOLDEN);
    EnvironmentFacts bare =
        new EnvironmentFacts(
            "Linux",
            new EnvironmentFacts.Cpu("cpu", OptionalInt.empty(), 2, List.of()),
            OptionalLong.empty(),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            OptionalDouble.empty(),
            List.of());
    BenchmarkRun unknown =
        new BenchmarkRun(
            1, run.id(), run.created(), run.agent(), bare, run.model(), run.settings(), List.of());
    String text = RunJson.write(unknown);
    assertThat(text)
        .doesNotContain("physicalCores", "powerSource", "cpuCelsius", "memoryBytes", "null");
    Path file = folder.resolve("bare.json");
    Files.writeString(file, text);
    assertThat(RunJson.read(file)).isEqualTo(unknown);
  }

  @Test
  void unknownKeyIsNotARunAndThePlaceIsNamed() throws IOException {
    Path file = folder.resolve("scored.json");
    Files.writeString(
        file,
        Files.readString(GOLDEN).replaceFirst("\"version\"", "\"score\": 9000,\n\"version\""));
    assertThatThrownBy(() -> RunJson.read(file))
        .isInstanceOf(NotARunException.class)
        .hasMessageContaining("scored.json is not a run document: /score: ");
  }

  @Test
  void otherVersionIsRefused() throws IOException {
    Path file = folder.resolve("v2.json");
    Files.writeString(
        file, Files.readString(GOLDEN).replaceFirst("\"version\": 1", "\"version\": 2"));
    assertThatThrownBy(() -> RunJson.read(file)).hasMessageEndingWith("version is 2; wanted 1");
  }

  @Test
  void halfADocumentIsNotARun() throws IOException {
    Path file = folder.resolve("half.json");
    String whole = Files.readString(GOLDEN);
    Files.writeString(file, whole.substring(0, whole.length() / 2));
    assertThatThrownBy(() -> RunJson.read(file))
        .isInstanceOf(NotARunException.class)
        .hasMessageContaining("half.json is not a run document: ");
  }

  @Test
  void emptyObjectIsNotARun() throws IOException {
    Path file = folder.resolve("empty.json");
    Files.writeString(file, "{}");
    assertThatThrownBy(() -> RunJson.read(file)).isInstanceOf(NotARunException.class);
  }
}
