package headroom.inference.kernel.vector;

import headroom.inference.codec.CodeBooks;
import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;

/** MXFP4 rows: the table holds doubled values, so scales are halved. */
final class DotMXFP4 implements RoundedRow {
  private static final int BLOCK = 32;
  private static final int BYTES = 17;
  private static final int CODES_AT = 1;

  /** Of every exponent, half of the scale that it stands for. */
  private static final float[] HALF_SCALES = new float[256];

  static {
    for (int exponent = 0; exponent < HALF_SCALES.length; exponent++) {
      HALF_SCALES[exponent] = Math.scalb(1f, exponent - 128);
    }
  }

  private static final ByteVector TABLE =
      ByteVector.fromArray(ByteVector.SPECIES_128, CodeBooks.fp4Doubled(), 0);

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
      int exponent = LittleEndian.u8(weight, offset + (long) b * BYTES);
      scratch[b] = HALF_SCALES[exponent] * numbers[numbersAt + b];
    }
    return IndexedCodes.dot(
        weight, offset + CODES_AT, BYTES, 8 * BYTES, TABLE, codes, codesAt, columns, scratch);
  }
}
