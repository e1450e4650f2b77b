package headroom.measure;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The machine as read; what could not be read is absent.
 *
 * @param os operating system with version and architecture
 * @param cpu the processor
 * @param memoryBytes installed memory
 * @param memoryModules memory modules, where the firmware tells
 * @param gpus graphics devices, where any answered
 * @param powerSource {@code mains} or {@code battery}
 * @param cpuGovernor frequency governor of the first core
 * @param cpuCelsius temperature at the start of the run
 * @param ceilings what this machine reached in the agent's own ceiling tests
 */
public record EnvironmentFacts(
    String os,
    Cpu cpu,
    OptionalLong memoryBytes,
    List<MemoryModule> memoryModules,
    List<Gpu> gpus,
    Optional<String> powerSource,
    Optional<String> cpuGovernor,
    OptionalDouble cpuCelsius,
    List<Ceiling> ceilings) {
  public EnvironmentFacts {
    memoryModules = List.copyOf(memoryModules);
    gpus = List.copyOf(gpus);
    ceilings = List.copyOf(ceilings);
  }

  /**
   * The processor.
   *
   * @param name as it names itself
   * @param physicalCores cores, where known
   * @param logicalCores hardware threads the process may use
   * @param features instruction sets that the kernels care about, lower case
   */
  public record Cpu(
      String name, OptionalInt physicalCores, int logicalCores, List<String> features) {
    public Cpu {
      features = List.copyOf(features);
    }
  }

  /**
   * One memory module.
   *
   * @param type for example {@code DDR5}
   * @param bytes its size
   * @param megatransfersPerSecond its configured rate
   */
  public record MemoryModule(
      Optional<String> type, OptionalLong bytes, OptionalDouble megatransfersPerSecond) {}

  /**
   * One graphics device.
   *
   * @param name as the driver names it
   * @param vendor its maker
   * @param memoryBytes its own memory
   * @param driver driver version
   * @param source which interface answered: {@code nvidia-smi}, {@code sysfs}, {@code oshi}
   */
  public record Gpu(
      String name,
      Optional<String> vendor,
      OptionalLong memoryBytes,
      Optional<String> driver,
      String source) {}

  /**
   * A measured limit.
   *
   * @param what {@code read-bandwidth}
   * @param threads threads that took part
   * @param perSecond bytes (or operations) per second, best of the repetitions
   * @param unit {@code B/s} or {@code op/s}
   */
  public record Ceiling(String what, int threads, double perSecond, String unit) {}
}
