package headroom.speed;

import headroom.device.ComputeRates;
import headroom.device.Device;
import headroom.device.DeviceKind;
import java.util.OptionalDouble;

/**
 * What of a device and the program on it decides which constants hold.
 *
 * @param backend through which it computes
 * @param era of the program
 * @param stacked true for NVIDIA cards with stacked memory (P100, V100, A100, H100 and later)
 * @param unified true where CPU and GPU share the memory
 * @param workstation true for NVIDIA cards with GDDR memory that are not GeForce
 */
public record DeviceTraits(
    Backend backend, Era era, boolean stacked, boolean unified, boolean workstation) {
  private static final double TERA = 1e12;
  private static final int ERAS = Era.values().length;

  /** How many different traits there are. */
  static final int COUNT = Backend.values().length * ERAS * 8;

  private static final String CONSUMER = "geforce";

  /** A number below {@link #COUNT} that no other traits have. */
  int index() {
    int flags = (stacked ? 4 : 0) + (unified ? 2 : 0) + (workstation ? 1 : 0);
    return (backend.ordinal() * ERAS + era.ordinal()) * 8 + flags;
  }

  /** Compute capabilities of the chips with stacked memory. */
  private static final double[] STACKED = {6.0, 7.0, 8.0, 9.0, 10.0, 10.3};

  /** Of a device run through a backend by a program of an era. */
  public static DeviceTraits of(Device device, Backend backend, Era era) {
    boolean nvidia = device.vendor().equalsIgnoreCase("nvidia");
    boolean stacked = nvidia && isStacked(device.computeCapability());
    boolean unified = device.kind() == DeviceKind.APU;
    boolean workstation = nvidia && !stacked && !unified && !isConsumer(device.name());
    return new DeviceTraits(backend, era, stacked, unified, workstation);
  }

  private static boolean isConsumer(String name) {
    for (int at = 0; at + CONSUMER.length() <= name.length(); at++) {
      if (name.regionMatches(true, at, CONSUMER, 0, CONSUMER.length())) {
        return true;
      }
    }
    return false;
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
    double fp32 = device.compute().fp32().orElse(0) * TERA;
    double capability = device.computeCapability().orElse(0);
    return capability == 8.6 || capability == 8.7 || capability == 8.9 || capability == 9.0
        ? fp32 / 2
        : fp32;
  }

  /**
   * Share of Hopper's peak that instructions of earlier cards reach, which llama.cpp uses (Luo et
   * al. 2024, arXiv 2402.13499).
   */
  private static final double HOPPER_SHARE = 0.63;

  private static final double HOPPER = 9.0;

  /**
   * Peak rate for matrices in 16 bits, operations per second; 0 where unknown. Quantised matrices
   * are held against it too: where 8-bit integers are faster, they are twice as fast everywhere.
   */
  public static double floatPeak(Device device) {
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
