package headroom.web.fit;

import headroom.device.ComputeRates;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.units.Bandwidth;
import headroom.units.Bytes;
import headroom.web.support.Option;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A device that the catalogue does not have, by the few facts its owner knows. */
final class CustomDevice {
  static final String ID = "custom";

  /** Faster than the memory of any single device, in 10^9 bytes per second. */
  private static final double FASTEST = 100_000;

  private CustomDevice() {}

  /** What sort of device; how much of its bandwidth is used depends on it. */
  enum Family {
    NVIDIA("nvidia", "NVIDIA card", DeviceKind.DISCRETE_GPU),
    AMD("amd", "AMD card", DeviceKind.DISCRETE_GPU),
    INTEL("intel", "Intel card", DeviceKind.DISCRETE_GPU),
    APPLE("apple", "Apple SoC", DeviceKind.APPLE_SOC),
    CPU("cpu", "CPU with its memory", DeviceKind.CPU_MEMORY);

    private final String value;
    private final String label;
    private final DeviceKind kind;

    Family(String value, String label, DeviceKind kind) {
      this.value = value;
      this.label = label;
      this.kind = kind;
    }
  }

  static List<Option> families() {
    return Arrays.stream(Family.values()).map(f -> new Option(f.value, f.label)).toList();
  }

  /** True where any of its fields is filled in. */
  static boolean isAsked(FitInput input) {
    return input.text("customMemory").isPresent() || input.text("customBandwidth").isPresent();
  }

  /** The device; empty where a field is wrong or its memory is not said. */
  static Optional<Device> read(FitInput input) {
    Optional<Bytes> memory = input.memory("customMemory");
    OptionalDouble bandwidth = input.form().number("customBandwidth", 1, FASTEST);
    Family family =
        input
            .choice("customKind", families().stream().map(Option::value).toList())
            .flatMap(
                value ->
                    Arrays.stream(Family.values()).filter(f -> f.value.equals(value)).findFirst())
            .orElse(Family.NVIDIA);
    if (input.text("customMemory").isEmpty()) {
      input.reject("customMemory", "is missing; wanted the memory of your device, such as 24 GiB");
    }
    return memory.map(
        bytes ->
            new Device(
                ID,
                "your " + family.label,
                family.value,
                family.kind,
                Optional.of(bytes),
                bandwidth.isPresent()
                    ? Optional.of(Bandwidth.ofGigabytesPerSecond(bandwidth.getAsDouble()))
                    : Optional.empty(),
                ComputeRates.UNKNOWN,
                family == Family.APPLE || family == Family.CPU,
                Optional.empty(),
                OptionalDouble.empty()));
  }
}
