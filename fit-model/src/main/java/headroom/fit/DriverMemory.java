package headroom.fit;

import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.fit.MemoryLine.Place;
import headroom.fit.MemoryLine.Quantity;
import headroom.units.Bytes;
import java.util.Locale;
import java.util.Optional;

/** What the driver's context and kernels take before a model is loaded. */
final class DriverMemory {
  /** The floor ollama subtracts for CUDA and ROCm alike. */
  private static final Bytes CONTEXT = Bytes.ofMiB(457);

  private static final String CUDA_SOURCE =
      "ollama's cudaMinimumMemory, 457 MiB (discover/gpu.go); 450 to 456 MiB seen on an RTX 4090"
          + " (https://github.com/ggml-org/llama.cpp/pull/15860); grows with the chip: 107 MiB on an"
          + " RTX 4060 Ti, 555 MiB on an RTX PRO 6000"
          + " (https://github.com/ggml-org/llama.cpp/pull/23604)";
  private static final String ROCM_SOURCE =
      "ollama's rocmMinimumMemory, 457 MiB (discover/gpu.go); no measured figure is published";

  private DriverMemory() {}

  /** The line, or empty where the device has none or nobody has measured it. */
  static Optional<MemoryLine> line(Device device) {
    return line(device, Place.DEVICE);
  }

  /** The same for a card at this place. */
  static Optional<MemoryLine> line(Device device, Place place) {
    if (device.kind() == DeviceKind.CPU_MEMORY || device.kind() == DeviceKind.APPLE_SOC) {
      return Optional.empty();
    }
    return switch (device.vendor().toLowerCase(Locale.ROOT)) {
      case "nvidia" -> Optional.of(line("CUDA context and kernels", place, CUDA_SOURCE));
      case "amd" -> Optional.of(line("ROCm context and kernels", place, ROCM_SOURCE));
      default -> Optional.empty();
    };
  }

  /** True where there is a context that no source puts a number to. */
  static boolean isUnmeasured(Device device) {
    return device.kind() != DeviceKind.CPU_MEMORY
        && device.kind() != DeviceKind.APPLE_SOC
        && line(device).isEmpty();
  }

  private static MemoryLine line(String what, Place place, String source) {
    return new MemoryLine(
        what,
        Quantity.OVERHEAD,
        place,
        CONTEXT,
        () -> "%.0f MiB, whatever the model".formatted(CONTEXT.mebibytes()),
        source);
  }
}
