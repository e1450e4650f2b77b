package headroom.fit;

import headroom.device.ComputeRates;
import headroom.device.Device;
import headroom.device.DeviceKind;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How much of its data sheet a class of devices delivers in llama.cpp.
 *
 * <p>Decode is {@code active bytes / (share × bandwidth) + layers × time per layer}; prefill is
 * {@code operations / (share × peak) + weight bytes per micro-batch / (share × bandwidth)}. The
 * shares minimise the mean absolute log error over single-device, fully offloaded llama-bench rows;
 * the intervals span the 10 % and 90 % quantiles of what is left, widened where the class rests on
 * few devices.
 *
 * @param bandwidthShare of peak memory bandwidth
 * @param layerMicros time per layer that no bandwidth removes, microseconds
 * @param decode interval of decode as factors on the prediction
 * @param prefill empty where no prefill was measured against a known peak
 * @param basis what the numbers were fitted on
 */
record DeviceEfficiency(
    double bandwidthShare,
    double layerMicros,
    Interval decode,
    Optional<Prefill> prefill,
    String basis) {

  /** An 80 % interval as factors on the median. */
  record Interval(double low, double high) {}

  /**
   * What prefill reaches.
   *
   * @param peakShare of peak arithmetic
   * @param interval as factors on the prediction
   */
  record Prefill(double peakShare, Interval interval) {}

  private static final DeviceEfficiency NVIDIA_CARD =
      new DeviceEfficiency(
          0.90,
          70,
          new Interval(0.87, 1.15),
          Optional.of(new Prefill(0.40, new Interval(0.58, 1.35))),
          "27 decode and 28 prefill rows of llama-bench on 6 GeForce and RTX cards (RTX 3080 to RTX"
              + " 6000 Ada), mostly XiongjieDai/GPU-Benchmarks-on-LLM-Inference");
  private static final DeviceEfficiency NVIDIA_DATACENTER =
      new DeviceEfficiency(
          0.72,
          130,
          new Interval(0.82, 1.20),
          Optional.of(new Prefill(0.29, new Interval(0.60, 1.40))),
          "18 decode and 18 prefill rows of llama-bench on A40, A100 and H100 PCIe,"
              + " XiongjieDai/GPU-Benchmarks-on-LLM-Inference");
  private static final DeviceEfficiency NVIDIA_UNIFIED =
      new DeviceEfficiency(
          0.88,
          120,
          new Interval(0.82, 1.10),
          Optional.of(new Prefill(0.33, new Interval(0.75, 1.45))),
          "15 decode and 15 prefill rows of llama-bench on one DGX Spark (GB10)");
  private static final DeviceEfficiency AMD_UNIFIED =
      new DeviceEfficiency(
          0.94,
          270,
          new Interval(0.67, 1.28),
          Optional.of(new Prefill(0.13, new Interval(0.45, 2.5))),
          "91 decode and 85 prefill rows of llama-bench on one Ryzen AI Max+ 395, ROCm and Vulkan"
              + " together");
  private static final DeviceEfficiency AMD_CARD =
      new DeviceEfficiency(
          0.90,
          75,
          new Interval(0.80, 1.15),
          Optional.of(new Prefill(0.24, new Interval(0.60, 1.75))),
          "llama-bench rows of an RX 6800 XT (1 decode, 2 prefill) and two end-to-end rates of an RX"
              + " 7900 XT: few rows, so a wide interval");
  private static final DeviceEfficiency INTEL_CARD =
      new DeviceEfficiency(
          0.67,
          30,
          new Interval(0.70, 1.20),
          Optional.of(new Prefill(0.16, new Interval(0.60, 1.60))),
          "3 decode and 3 prefill rows of one Arc B580: few rows, so a wide interval");
  private static final DeviceEfficiency APPLE =
      new DeviceEfficiency(
          0.90,
          280,
          new Interval(0.68, 1.10),
          Optional.of(new Prefill(0.68, new Interval(0.75, 1.16))),
          "20 decode and 19 prefill rows of llama-bench on M1, M1 Max, M2, M2 Ultra and M3 Max");
  private static final DeviceEfficiency CPU =
      new DeviceEfficiency(
          0.50,
          0,
          new Interval(0.80, 1.70),
          Optional.empty(),
          "Ryzen 7 8840U and AmpereOne A192-32X read at 0.45 to 0.50 of their peak; upper end from"
              + " the 0.85 of canirun.ai: few rows, so a wide interval");

  /** The class of a device; empty where no row of such a device was measured. */
  static Optional<DeviceEfficiency> of(Device device) {
    DeviceKind kind = device.kind();
    if (kind == DeviceKind.CPU_MEMORY) {
      return Optional.of(CPU);
    }
    if (kind == DeviceKind.APPLE_SOC) {
      return Optional.of(APPLE);
    }
    return switch (device.vendor().toLowerCase(Locale.ROOT)) {
      case "nvidia" ->
          Optional.of(
              kind == DeviceKind.APU
                  ? NVIDIA_UNIFIED
                  : kind == DeviceKind.DATACENTER_GPU ? NVIDIA_DATACENTER : NVIDIA_CARD);
      case "amd" -> Optional.of(kind == DeviceKind.APU ? AMD_UNIFIED : AMD_CARD);
      case "intel" -> Optional.of(INTEL_CARD);
      default -> Optional.empty();
    };
  }

  /** Peak that the shares refer to, operations per second; empty where no rate is known. */
  static OptionalDouble peak(ComputeRates rates) {
    if (rates.fp16TensorFp16Accumulate().isPresent()) {
      return tera(rates.fp16TensorFp16Accumulate().getAsDouble());
    }
    if (rates.fp16TensorFp32Accumulate().isPresent()) {
      return tera(rates.fp16TensorFp32Accumulate().getAsDouble());
    }
    // Cards before tensor cores run F16 at a fraction of F32, so the better of both.
    double plain = Math.max(rates.fp16Vector().orElse(0), rates.fp32().orElse(0));
    return plain > 0 ? tera(plain) : OptionalDouble.empty();
  }

  String source() {
    return "Fitted on "
        + basis
        + "; decode model: bytes over bandwidth plus a time per layer, prefill model: roofline of"
        + " Williams et al. 2009 (doi 10.1145/1498765.1498785) with a share of peak";
  }

  private static OptionalDouble tera(double rate) {
    return OptionalDouble.of(rate * 1e12);
  }
}
