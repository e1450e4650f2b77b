package headroom.inference.kernel.assembled;

import headroom.quant.QuantFormat;
import java.util.Arrays;
import java.util.Optional;

/** Formats whose elements become floats as they are loaded, so that rows need no repacking. */
public enum RowFormat implements CachedFormat {
  F32(QuantFormat.F32, Float.BYTES),
  F16(QuantFormat.F16, Short.BYTES),
  BF16(QuantFormat.BF16, Short.BYTES);

  /** Vectors that share a row that was loaded, at most. */
  public static final int VECTORS = 3;

  /** Elements that are multiplied at once: rows are a multiple of it long. */
  public static final int STEP = 8;

  private final QuantFormat stored;
  private final int bytes;

  RowFormat(QuantFormat stored, int bytes) {
    this.stored = stored;
    this.bytes = bytes;
  }

  public static Optional<RowFormat> of(QuantFormat format) {
    return Arrays.stream(values()).filter(row -> row.stored == format).findFirst();
  }

  /** Bytes of an element. */
  public int bytes() {
    return bytes;
  }

  @Override
  public QuantFormat stored() {
    return stored;
  }

  @Override
  public int blockBytes() {
    return PackedLayout.BLOCK * bytes;
  }

  @Override
  public boolean hasScale() {
    return false;
  }
}
