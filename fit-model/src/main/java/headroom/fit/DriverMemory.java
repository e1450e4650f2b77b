package headroom.fit;

import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.fit.MemoryLine.Place;
import headroom.fit.MemoryLine.Quantity;
import headroom.units.Bytes;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** What the driver's context and kernels take before a model is loaded. */
final class DriverMemory {
  /**
   * Least squares through four cards (34, 82, 128, 188 multiprocessors: 107, 256, 453, 555 MiB);
   * the four lie between 11 % above and 6 % below.
   */
  private static final double MIB_PER_MULTIPROCESSOR = 3.136;

  /** The floor ollama subtracts for CUDA and ROCm alike. */
  private static final Bytes CONTEXT = Bytes.ofMiB(457);

  private static final String CUDA_SOURCE =
      "fitted to what four cards show, within 11 %: 107 MiB on an RTX 4060 Ti, 555 on an RTX PRO"
          + " 6000 (https://github.com/ggml-org/llama.cpp/pull/23604), 450 to 456 on an RTX 4090"
          + " (https://github.com/ggml-org/llama.cpp/pull/15860), 256 on an RTX 3090"
          + " (https://github.com/invoke-ai/InvokeAI/issues/9413)";
  private static final String UNKNOWN_SOURCE =
      "ollama's cudaMinimumMemory, 457 MiB (discover/gpu.go); it grows with the chip, whose"
          + " multiprocessors are not known here";
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
      case "nvidia" -> Optional.of(cuda(device, place));
      case "amd" -> Optional.of(floor("ROCm context and kernels", place, ROCM_SOURCE));
      default -> Optional.empty();
    };
  }

  /** True where there is a context that no source puts a number to. */
  static boolean isUnmeasured(Device device) {
    return device.kind() != DeviceKind.CPU_MEMORY
        && device.kind() != DeviceKind.APPLE_SOC
        && line(device).isEmpty();
  }

  private static MemoryLine cuda(Device device, Place place) {
    if (device.units().isEmpty()) {
      return floor("CUDA context and kernels", place, UNKNOWN_SOURCE);
    }
    int units = device.units().getAsInt();
    return new MemoryLine(
        "CUDA context and kernels",
        Quantity.OVERHEAD,
        place,
        Bytes.of((long) (units * MIB_PER_MULTIPROCESSOR * Bytes.ofMiB(1).value())),
        () -> "%d multiprocessors × %s MiB".formatted(units, MIB_PER_MULTIPROCESSOR),
        CUDA_SOURCE);
  }

  private static MemoryLine floor(String what, Place place, String source) {
    Supplier<String> formula = () -> "%.0f MiB, whatever the model".formatted(CONTEXT.mebibytes());
    return new MemoryLine(what, Quantity.OVERHEAD, place, CONTEXT, formula, source);
  }
}
