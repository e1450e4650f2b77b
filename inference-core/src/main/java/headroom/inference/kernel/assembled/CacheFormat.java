package headroom.inference.kernel.assembled;

import headroom.quant.QuantFormat;
import java.util.Arrays;
import java.util.Optional;

/**
 * Formats of blocks of 32 that {@link Machine#decode} makes floats of: element = scale * code +
 * minimum.
 */
public enum CacheFormat {
  Q8_0(QuantFormat.Q8_0, 34),
  Q4_0(QuantFormat.Q4_0, 18),
  Q4_1(QuantFormat.Q4_1, 20),
  IQ4_NL(QuantFormat.IQ4_NL, 18);

  private final QuantFormat stored;
  private final int bytes;

  CacheFormat(QuantFormat stored, int bytes) {
    this.stored = stored;
    this.bytes = bytes;
  }

  public static Optional<CacheFormat> of(QuantFormat format) {
    return Arrays.stream(values()).filter(cache -> cache.stored == format).findFirst();
  }

  /** As the cache names it. */
  QuantFormat stored() {
    return stored;
  }

  /** Bytes of a block. */
  public int bytes() {
    return bytes;
  }

  /** True where elements are not scale * code alone. */
  public boolean hasMinimum() {
    return this == Q4_0 || this == Q4_1;
  }
}
