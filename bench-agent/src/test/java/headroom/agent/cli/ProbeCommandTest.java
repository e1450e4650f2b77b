package headroom.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.agent.bench.GoldenRun;
import headroom.agent.hardware.ContainerLimits;
import headroom.agent.hardware.Machine;
import headroom.agent.json.RunJson;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class ProbeCommandTest {
  @TempDir private Path home;

  @Test
  void jsonNamesTheProcessorAndNoUnknown() {
    CommandRun probe = CommandRun.of(home, "probe", "--json");
    assertThat(probe.code()).isZero();
    JsonNode tree = RunJson.mapper().readTree(probe.out());
    assertThat(tree.path("environment").path("cpu").path("logicalCores").asInt()).isPositive();
    assertThat(probe.out()).doesNotContain("null", ": -1", "unknown");
  }

  @Test
  void tableShowsWhatIsKnown() {
    String text =
        ProbeText.of(
            new Machine(
                GoldenRun.read().environment(),
                new ContainerLimits(OptionalDouble.of(1.5), OptionalLong.of(8L << 30))));
    assertThat(text)
        .contains("processor    AMD Ryzen 9 7950X 16-Core Processor")
        .contains("16 physical, 32 threads usable")
        .contains("DDR5, 32.00 GiB, 6000 MT/s")
        .contains("NVIDIA GeForce RTX 4090, 23.99 GiB, driver 570.86.15, as told by nvidia-smi")
        .contains("1.5 processors")
        .contains("8.00 GiB of memory");
  }
}
