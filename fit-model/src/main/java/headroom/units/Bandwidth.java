package headroom.units;

import java.util.Locale;

/**
 * A rate of moving memory.
 *
 * @param bytesPerSecond bytes per second, above zero
 */
public record Bandwidth(double bytesPerSecond) implements Comparable<Bandwidth> {
  public Bandwidth {
    if (!(bytesPerSecond > 0) || Double.isInfinite(bytesPerSecond)) {
      throw new IllegalArgumentException(
          "bandwidth is " + bytesPerSecond + " bytes/s; wanted a finite number above 0");
    }
  }

  /** Decimal gigabytes per second, as data sheets write it. */
  public static Bandwidth ofGigabytesPerSecond(double gigabytes) {
    return new Bandwidth(gigabytes * 1e9);
  }

  public double gigabytesPerSecond() {
    return bytesPerSecond / 1e9;
  }

  public Bandwidth times(double factor) {
    return new Bandwidth(bytesPerSecond * factor);
  }

  /** Seconds that moving this many bytes takes. */
  public double secondsFor(Bytes bytes) {
    return bytes.value() / bytesPerSecond;
  }

  @Override
  public int compareTo(Bandwidth other) {
    return Double.compare(bytesPerSecond, other.bytesPerSecond);
  }

  /** Decimal units: {@code 1008 GB/s}, {@code 68.3 GB/s}. */
  @Override
  public String toString() {
    double gigabytes = gigabytesPerSecond();
    return String.format(Locale.ROOT, gigabytes >= 100 ? "%.0f GB/s" : "%.1f GB/s", gigabytes);
  }
}
