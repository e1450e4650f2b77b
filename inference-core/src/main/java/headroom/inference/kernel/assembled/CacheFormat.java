package headroom.inference.kernel.assembled;

import headroom.quant.QuantFormat;
import java.util.Arrays;
import java.util.Optional;

/**
 * Formats of blocks of 32 that kernels make floats of: element = scale * code + minimum. The scale
 * comes first, in half precision, then Q4_1's minimum, then codes.
 */
public enum CacheFormat implements CachedFormat {
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

  @Override
  public QuantFormat stored() {
    return stored;
  }

  @Override
  public int blockBytes() {
    return bytes;
  }

  @Override
  public boolean hasScale() {
    return true;
  }
}
