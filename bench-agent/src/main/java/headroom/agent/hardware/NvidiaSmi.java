package headroom.agent.hardware;

import headroom.measure.EnvironmentFacts.Gpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads {@code nvidia-smi}'s CSV (<a
 * href="https://docs.nvidia.com/deploy/nvidia-smi/index.html">manual</a>: memory in MiB with {@code
 * nounits}, {@code [N/A]} where a figure is unknown).
 */
final class NvidiaSmi {
  static final List<String> COMMAND =
      List.of(
          "nvidia-smi",
          "--query-gpu=name,memory.total,driver_version",
          "--format=csv,noheader,nounits");

  private NvidiaSmi() {}

  /** One device for each line of three fields; anything else (a driver's complaint) is none. */
  static List<Gpu> parse(String csv) {
    List<Gpu> gpus = new ArrayList<>();
    for (String line : csv.lines().toList()) {
      String[] fields = line.split(",", -1);
      if (fields.length != 3 || known(fields[0]).isEmpty()) {
        continue;
      }
      gpus.add(
          new Gpu(
              fields[0].strip(),
              Optional.of("NVIDIA"),
              mebibytes(fields[1]),
              known(fields[2]),
              "nvidia-smi"));
    }
    return gpus;
  }

  private static Optional<String> known(String field) {
    String value = field.strip();
    return value.isEmpty() || value.startsWith("[") ? Optional.empty() : Optional.of(value);
  }

  private static OptionalLong mebibytes(String field) {
    String digits = field.strip();
    return digits.matches("[1-9]\\d{0,9}")
        ? OptionalLong.of(Long.parseLong(digits) << 20)
        : OptionalLong.empty();
  }
}
