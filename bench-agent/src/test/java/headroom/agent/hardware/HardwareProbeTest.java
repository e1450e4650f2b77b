package headroom.agent.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HardwareProbeTest {
  @TempDir private Path root;

  @Test
  void thisMachineHasAProcessorAndMemory() {
    Machine machine = HardwareProbe.read();
    assertThat(machine.environment().cpu().name()).isNotBlank();
    assertThat(machine.environment().cpu().logicalCores()).isPositive();
    assertThat(machine.environment().memoryBytes().orElseThrow()).isGreaterThan(64L << 20);
    assertThat(machine.environment().ceilings()).isEmpty();
    assertThat(machine.usableMemoryBytes().orElseThrow())
        .isLessThanOrEqualTo(machine.environment().memoryBytes().orElseThrow());
  }

  @Test
  void limitsOfEveryEnclosingGroupCount() throws IOException {
    write("proc/self/cgroup", "0::/user.slice/run.scope\n");
    write("sys/fs/cgroup/user.slice/cpu.max", "200000 100000\n");
    write("sys/fs/cgroup/user.slice/memory.max", "max\n");
    write("sys/fs/cgroup/user.slice/run.scope/cpu.max", "max 100000\n");
    write("sys/fs/cgroup/user.slice/run.scope/memory.max", "4294967296\n");
    assertThat(new SystemFiles(root).containerLimits())
        .isEqualTo(new ContainerLimits(OptionalDouble.of(2), OptionalLong.of(4L << 30)));
  }

  @Test
  void machineWithoutGroupsHasNoLimits() {
    assertThat(new SystemFiles(root).containerLimits()).isEqualTo(ContainerLimits.NONE);
  }

  @Test
  void foldersAreReadInOrderAndMissingFilesLeftOut() throws IOException {
    write("sys/class/power_supply/AC/type", "Mains\n");
    write("sys/class/power_supply/AC/online", "1\n");
    write("sys/class/power_supply/BAT0/type", "Battery\n");
    assertThat(new SystemFiles(root).folders("sys/class/power_supply", "*", "type", "online"))
        .containsExactly(Map.of("type", "Mains\n", "online", "1\n"), Map.of("type", "Battery\n"));
  }

  @Test
  void missingToolIsEmpty() {
    assertThat(SystemFiles.output(List.of("no-such-tool-of-any-maker"))).isEmpty();
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
