package headroom.inference.kernel.vector;

import headroom.inference.codec.CodeBooks;
import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;

/** IQ4_XS rows: a half times six bits, 32 too large, scales each 32 weights. */
final class DotIQ4_XS implements RoundedRow {
  private static final int BYTES = 136;
  private static final int HIGH_AT = 2;
  private static final int LOW_AT = 4;
  private static final int CODES_AT = 8;
  private static final int BLOCK_BYTES = 16;
  private static final int OFFSET = 32;

  private static final ByteVector TABLE =
      ByteVector.fromArray(ByteVector.SPECIES_128, CodeBooks.iq4(), 0);

  @Override
  public ColumnOrder order() {
    return ColumnOrder.STORED;
  }

  @Override
  public float dot(
      MemorySegment weight,
      long offset,
      short[] codes,
      int codesAt,
      float[] numbers,
      int numbersAt,
      int columns,
      float[] scratch) {
    for (int b = 0; b < columns / 32; b++) {
      long p = offset + (b >>> 3) * (long) BYTES;
      int j = b & 7;
      int low = LittleEndian.u8(weight, p + LOW_AT + j / 2) >>> 4 * (j & 1) & 0xF;
      int high = weight.get(LittleEndian.SHORT, p + HIGH_AT) >>> 2 * j & 3;
      scratch[b] =
          LittleEndian.f16(weight, p) * ((low | high << 4) - OFFSET) * numbers[numbersAt + b];
    }
    return IndexedCodes.dot(
        weight, offset + CODES_AT, BLOCK_BYTES, BYTES, TABLE, codes, codesAt, columns, scratch);
  }
}
