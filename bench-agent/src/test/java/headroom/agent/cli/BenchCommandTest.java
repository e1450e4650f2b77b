package headroom.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.agent.json.RunJson;
import headroom.inference.assembler.PageSource;
import headroom.inference.kernel.processor.Processors;
import headroom.measure.BenchmarkRun;
import headroom.measure.Cell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A real model of a few hundred kilobytes, measured in real processes. */
final class BenchCommandTest {
  @TempDir private Path home;

  @Test
  void measuresInFreshProcessesAndKeepsTheRawRun() throws IOException {
    Path model = Golden.MODELS.resolve("llama-f32.gguf");
    CommandRun bench =
        CommandRun.of(
            home,
            "bench",
            "--model",
            model.toString(),
            "--tests",
            "pp32,tg16",
            "--depth",
            "0,64",
            "--forks",
            "2",
            "--limit",
            "4",
            "--kv",
            "f16,f32",
            "--threads",
            "1",
            "--json");
    assertThat(bench.err()).contains("process 2 of 2: done").contains("run file: ");
    assertThat(bench.code()).isZero();

    List<Path> kept;
    try (Stream<Path> files = Files.list(home.resolve("data/runs"))) {
      kept = files.toList();
    }
    assertThat(kept).hasSize(1);
    BenchmarkRun run = RunJson.read(kept.getFirst());
    assertThat(run.cells())
        .extracting(Cell::test)
        .containsExactly("pp32", "pp32@d64", "tg16", "tg16@d64");
    assertThat(run.cells())
        .allSatisfy(
            cell -> {
              assertThat(cell.forks()).hasSize(2);
              assertThat(cell.forks())
                  .allSatisfy(
                      fork -> {
                        assertThat(fork.warmupNanos()).isNotEmpty();
                        assertThat(fork.sampleNanos()).isNotEmpty().allMatch(nanos -> nanos > 0);
                      });
            });
    assertThat(run.settings().threads()).isEqualTo(1);
    assertThat(run.settings().keyFormat()).isEqualTo("f16");
    assertThat(run.settings().valueFormat()).isEqualTo("f32");
    assertThat(run.settings().kernels()).isNotBlank();
    assertThat(run.agent().jvmFlags()).anyMatch(flag -> flag.contains("jdk.incubator.vector"));
    assertThat(run.agent().java()).contains("25");
    assertThat(run.environment().ceilings())
        .isNotEmpty()
        .allMatch(ceiling -> ceiling.perSecond() > 5e8 && ceiling.unit().equals("B/s"));
    assertThat(run.model().architecture()).isEqualTo("llama");
    assertThat(run.model().format()).isEqualTo("F32");
    assertThat(run.model().fileBytes()).isEqualTo(Files.size(model));
    assertThat(run.model().synthetic()).isFalse();
    assertThat(run.model().headerSha256()).hasSize(64);
    assertThat(run.model().weightBytesPerToken()).isBetween(100_000L, run.model().fileBytes());

    JsonNode shown = RunJson.mapper().readTree(bench.out());
    assertThat(shown.path("id").asString()).isEqualTo(run.id());
    assertThat(shown.path("cells").path(3).path("test").asString()).isEqualTo("tg16@d64");
    assertThat(shown.path("cells").path(3).path("kv").asString()).isEqualTo("f16,f32");
    assertThat(shown.path("cells").path(3).path("median").asDouble()).isPositive();
    assertThat(shown.path("cells").path(3).has("shareOfCeiling")).isTrue();
    assertThat(Files.readString(kept.getFirst())).doesNotContain("median");
  }

  @Test
  void ceilingsAndTimesByOperationStandBesideTheTests() {
    CommandRun bench =
        CommandRun.of(
            home,
            "bench",
            "--model",
            Golden.MODELS.resolve("llama-f32.gguf").toString(),
            "--tests",
            "pp8,tg4",
            "--forks",
            "1",
            "--limit",
            "2",
            "--threads",
            "1",
            "--ceilings",
            "--profile");
    assertThat(bench.code()).isZero();
    assertThat(bench.err()).contains("read bandwidth");
    assertThat(bench.out()).contains("of its ceiling", "attention-output", "feed-forward-in");
    if (!Processors.here(PageSource.ofSystem()).isEmpty()) {
      assertThat(bench.err()).contains("int8 multiply add", "f32 multiply add");
      assertThat(bench.out()).contains("pp8 does 0.00 billion multiply-adds of weights a token");
    }
  }

  @Test
  void runThatCannotBeSentIsKept() {
    Path file = home.resolve("mine.json");
    CommandRun bench =
        CommandRun.of(
            home,
            "bench",
            "--model",
            Golden.MODELS.resolve("llama-f32.gguf").toString(),
            "--tests",
            "tg8",
            "--forks",
            "1",
            "--limit",
            "2",
            "--out",
            file.toString(),
            "--key",
            "k",
            "--upload",
            "http://localhost:1");
    assertThat(bench.code()).isEqualTo(1);
    assertThat(bench.out()).contains("tg8").contains("run file: " + file);
    assertThat(bench.err())
        .contains("nothing answers at that address")
        .contains("kept: " + file + "; send later with headroom upload " + file);
    assertThat(file).exists();
  }

  @Test
  void modelThatCannotBeRunIsOneLine() throws IOException {
    Path broken = home.resolve("broken.gguf");
    Files.writeString(broken, "GGUF");
    CommandRun bench = CommandRun.of(home, "bench", "--model", broken.toString());
    assertThat(bench.code()).isEqualTo(1);
    assertThat(bench.err()).startsWith("headroom: ").contains("broken.gguf");
    assertThat(bench.err().lines()).hasSize(1);
  }
}
