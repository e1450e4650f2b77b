package headroom.agent.hardware;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What a control group allows this process, where it allows less than the machine has (<a
 * href="https://docs.kernel.org/admin-guide/cgroup-v2.html">cgroup v2</a>).
 *
 * @param cpus processors' worth of time
 * @param memoryBytes memory
 */
public record ContainerLimits(OptionalDouble cpus, OptionalLong memoryBytes) {
  public static final ContainerLimits NONE =
      new ContainerLimits(OptionalDouble.empty(), OptionalLong.empty());

  /**
   * Reads one group's files.
   *
   * @param cpuMax {@code cpu.max}: quota and period in microseconds, or {@code max}
   * @param memoryMax {@code memory.max}: bytes, or {@code max}
   */
  static ContainerLimits parse(String cpuMax, String memoryMax) {
    OptionalDouble cpus = OptionalDouble.empty();
    String[] quota = cpuMax.strip().split("\\s+");
    if (quota.length == 2 && quota[0].matches("\\d{1,15}") && quota[1].matches("[1-9]\\d{0,15}")) {
      cpus = OptionalDouble.of(Double.parseDouble(quota[0]) / Double.parseDouble(quota[1]));
    }
    String memory = memoryMax.strip();
    return new ContainerLimits(
        cpus,
        memory.matches("\\d{1,18}")
            ? OptionalLong.of(Long.parseLong(memory))
            : OptionalLong.empty());
  }

  /** The tighter of both: a group is bound by its ancestors too. */
  ContainerLimits and(ContainerLimits other) {
    var fewer =
        Stream.of(cpus, other.cpus)
            .filter(OptionalDouble::isPresent)
            .mapToDouble(OptionalDouble::getAsDouble)
            .min();
    var less =
        Stream.of(memoryBytes, other.memoryBytes)
            .filter(OptionalLong::isPresent)
            .mapToLong(OptionalLong::getAsLong)
            .min();
    return new ContainerLimits(fewer, less);
  }
}
