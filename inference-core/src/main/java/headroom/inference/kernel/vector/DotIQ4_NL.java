package headroom.inference.kernel.vector;

import headroom.inference.codec.CodeBooks;
import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;

/** IQ4_NL rows. */
final class DotIQ4_NL implements RoundedRow {
  private static final int BLOCK = 32;
  private static final int BYTES = 18;
  private static final int CODES_AT = 2;

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
    for (int b = 0; b < columns / BLOCK; b++) {
      scratch[b] = LittleEndian.f16(weight, offset + (long) b * BYTES) * numbers[numbersAt + b];
    }
    return IndexedCodes.dot(
        weight, offset + CODES_AT, BYTES, 8 * BYTES, TABLE, codes, codesAt, columns, scratch);
  }
}
