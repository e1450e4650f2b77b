package headroom.speed;

import headroom.device.Device;
import headroom.device.DeviceKind;
import java.util.Locale;
import java.util.Optional;

/** The interface through which an engine computes on a device. */
public enum Backend {
  CUDA,
  ROCM,
  VULKAN,
  METAL,
  MLX,
  SYCL,
  CPU,
  /** Headroom's own engine on a CPU. */
  EMBEDDED;

  /** What llama.cpp is usually run with on a device; empty where no device like it was measured. */
  public static Optional<Backend> usual(Device device) {
    if (device.kind() == DeviceKind.CPU_MEMORY) {
      return Optional.of(CPU);
    }
    if (device.kind() == DeviceKind.APPLE_SOC) {
      return Optional.of(METAL);
    }
    return switch (device.vendor().toLowerCase(Locale.ROOT)) {
      case "nvidia" -> Optional.of(CUDA);
      case "amd" -> Optional.of(device.kind() == DeviceKind.DATACENTER_GPU ? ROCM : VULKAN);
      case "intel" -> Optional.of(SYCL);
      default -> Optional.empty();
    };
  }

  /** The backend that a text such as {@code Vulkan (RADV)} names. */
  public static Optional<Backend> named(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    for (Backend backend : values()) {
      if (lower.startsWith(backend.name().toLowerCase(Locale.ROOT))) {
        return Optional.of(backend);
      }
    }
    return Optional.empty();
  }
}
