package headroom.speed;

import headroom.device.ComputeRates;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.units.Bandwidth;
import java.util.OptionalDouble;

/**
 * What of a device and the program on it decides which constants hold.
 *
 * @param backend through which it computes
 * @param era of the program
 * @param stacked true for NVIDIA cards with stacked memory (P100, V100, A100, H100 and later)
 * @param unified true where CPU and GPU share the memory
 * @param workstation true for NVIDIA cards with GDDR memory that are not GeForce
 * @param nvidia true for all cards of NVIDIA
 * @param byteProducts true for processors with instructions for dot products of bytes
 * @param assumed true for processors whose arithmetic is not known
 */
public record DeviceTraits(
    Backend backend,
    Era era,
    boolean stacked,
    boolean unified,
    boolean workstation,
    boolean nvidia,
    boolean byteProducts,
    boolean assumed) {
  private static final double TERA = 1e12;
  private static final int ERAS = Era.values().length;

  /** How many different traits there are. */
  static final int COUNT = Backend.values().length * ERAS * 64;

  /** A number below {@link #COUNT} that no other traits have. */
  int index() {
    int flags =
        (assumed ? 32 : 0)
            + (byteProducts ? 16 : 0)
            + (nvidia ? 8 : 0)
            + (stacked ? 4 : 0)
            + (unified ? 2 : 0)
            + (workstation ? 1 : 0);
    return (backend.ordinal() * ERAS + era.ordinal()) * 64 + flags;
  }

  /** Compute capabilities of the chips with stacked memory. */
  private static final double[] STACKED = {6.0, 7.0, 8.0, 9.0, 10.0, 10.3};

  /** Of a device run through a backend by a program of an era. */
  public static DeviceTraits of(Device device, Backend backend, Era era) {
    boolean nvidia = device.vendor().equalsIgnoreCase("nvidia");
    boolean stacked = nvidia && isStacked(device.computeCapability());
    boolean unified = device.kind() == DeviceKind.APU;
    boolean workstation = nvidia && !stacked && !unified && !isConsumer(device.name());
    boolean cpu = device.kind() == DeviceKind.CPU_MEMORY;
    boolean byteProducts = cpu && device.compute().int8Tensor().isPresent();
    boolean assumed = cpu && device.compute().fp32().isEmpty();
    return new DeviceTraits(
        backend, era, stacked, unified, workstation, nvidia, byteProducts, assumed);
  }

  private static boolean isConsumer(String name) {
    return name.contains("GeForce") || name.contains("geforce");
  }

  private static boolean isStacked(OptionalDouble capability) {
    for (double one : STACKED) {
      if (capability.isPresent() && capability.getAsDouble() == one) {
        return true;
      }
    }
    return false;
  }

  /**
   * Rate of plain arithmetic that unpacking of weights runs at, operations per second; 0 where
   * unknown. Half the lanes of Ampere, Ada and Hopper compute no integers (NVIDIA's white papers).
   */
  public static double unpackingRate(Device device) {
    if (device.kind() == DeviceKind.CPU_MEMORY) {
      return vectorPeak(device);
    }
    double fp32 = device.compute().fp32().orElse(0) * TERA;
    double capability = device.computeCapability().orElse(0);
    return capability == 8.6 || capability == 8.7 || capability == 8.9 || capability == 9.0
        ? fp32 / 2
        : fp32;
  }

  /** Operations per byte of memory: the middle of the processors in the built-in measurements. */
  private static final double USUAL_INTENSITY = 13;

  /** Of a processor; as it usually is beside such memory where it is not known. */
  private static double vectorPeak(Device device) {
    return device.compute().fp32().isPresent()
        ? device.compute().fp32().getAsDouble() * TERA
        : USUAL_INTENSITY * device.bandwidth().map(Bandwidth::bytesPerSecond).orElse(0.0);
  }

  /**
   * Share of Hopper's peak that instructions of earlier cards reach, which llama.cpp uses (Luo et
   * al. 2025, arXiv 2501.12084, section 6.2: 62.9 % on average).
   */
  private static final double HOPPER_SHARE = 0.63;

  private static final double HOPPER = 9.0;

  /**
   * Peak rate for matrices in 16 bits, operations per second; 0 where unknown. Quantised matrices
   * are held against it too: where 8-bit integers are faster, they are twice as fast everywhere.
   */
  public static double floatPeak(Device device) {
    if (device.kind() == DeviceKind.CPU_MEMORY) {
      return vectorPeak(device);
    }
    ComputeRates rates = device.compute();
    double matrix =
        Math.max(
            rates.fp16TensorFp16Accumulate().orElse(0), rates.fp16TensorFp32Accumulate().orElse(0));
    // Cards before matrix units run F16 at a fraction of F32, so the better of both.
    double reachable =
        device.computeCapability().orElse(0) == HOPPER ? matrix * HOPPER_SHARE : matrix;
    return TERA
        * (matrix > 0 ? reachable : Math.max(rates.fp16Vector().orElse(0), rates.fp32().orElse(0)));
  }
}
