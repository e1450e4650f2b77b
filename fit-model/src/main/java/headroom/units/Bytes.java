package headroom.units;

import java.util.Locale;

/**
 * An amount of memory in bytes. May be negative where it is a difference (a shortfall).
 *
 * @param value bytes
 */
public record Bytes(long value) implements Comparable<Bytes> {
  public static final Bytes ZERO = new Bytes(0);
  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  public static Bytes of(long value) {
    return new Bytes(value);
  }

  /** Bytes of a figure in mebibytes (2^20), rounded to the nearest byte. */
  public static Bytes ofMiB(double mebibytes) {
    return new Bytes(Math.round(mebibytes * MIB));
  }

  /** Bytes of a figure in gibibytes (2^30), rounded to the nearest byte. */
  public static Bytes ofGiB(double gibibytes) {
    return new Bytes(Math.round(gibibytes * GIB));
  }

  public Bytes plus(Bytes other) {
    return new Bytes(Math.addExact(value, other.value));
  }

  public Bytes minus(Bytes other) {
    return new Bytes(Math.subtractExact(value, other.value));
  }

  public Bytes times(long factor) {
    return new Bytes(Math.multiplyExact(value, factor));
  }

  public double mebibytes() {
    return (double) value / MIB;
  }

  public double gibibytes() {
    return (double) value / GIB;
  }

  public boolean isNegative() {
    return value < 0;
  }

  @Override
  public int compareTo(Bytes other) {
    return Long.compare(value, other.value);
  }

  /** Binary units with two decimals: {@code 4.58 GiB}, {@code 306.75 MiB}, {@code 512 B}. */
  @Override
  public String toString() {
    long magnitude = Math.abs(value);
    if (magnitude >= GIB) {
      return String.format(Locale.ROOT, "%.2f GiB", gibibytes());
    }
    if (magnitude >= MIB) {
      return String.format(Locale.ROOT, "%.2f MiB", mebibytes());
    }
    if (magnitude >= KIB) {
      return String.format(Locale.ROOT, "%.2f KiB", (double) value / KIB);
    }
    return value + " B";
  }
}
