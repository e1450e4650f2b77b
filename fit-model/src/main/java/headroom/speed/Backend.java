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

  private static final Optional<Backend> OF_CPUS = Optional.of(CPU);
  private static final Optional<Backend> OF_APPLE = Optional.of(METAL);
  private static final Optional<Backend> OF_NVIDIA = Optional.of(CUDA);
  private static final Optional<Backend> OF_AMD = Optional.of(VULKAN);
  private static final Optional<Backend> OF_AMD_SERVERS = Optional.of(ROCM);
  private static final Optional<Backend> OF_INTEL = Optional.of(SYCL);

  /** What llama.cpp is usually run with on a device; empty where no device like it was measured. */
  public static Optional<Backend> usual(Device device) {
    if (device.kind() == DeviceKind.CPU_MEMORY) {
      return OF_CPUS;
    }
    if (device.kind() == DeviceKind.APPLE_SOC) {
      return OF_APPLE;
    }
    String vendor = device.vendor();
    if (vendor.equalsIgnoreCase("nvidia")) {
      return OF_NVIDIA;
    }
    if (vendor.equalsIgnoreCase("amd")) {
      return device.kind() == DeviceKind.DATACENTER_GPU ? OF_AMD_SERVERS : OF_AMD;
    }
    return vendor.equalsIgnoreCase("intel") ? OF_INTEL : Optional.empty();
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
