package headroom.inference.kernel.vector;

import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** Q8_0 rows: two products of at most 128 * 127 are added up in 16 bits. */
final class DotQ8_0 implements RoundedRow {
  private static final int BLOCK = 32;
  private static final int BYTES = 34;

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
    FloatVector sum = FloatVector.zero(Codes.FLOATS);
    long p = offset;
    for (int i = 0; i < columns; i += BLOCK, p += BYTES) {
      float scale = LittleEndian.f16(weight, p) * numbers[numbersAt + (i >>> 5)];
      for (int k = 0; k < BLOCK; k += 2 * Codes.LANES) {
        ShortVector first =
            (ShortVector)
                ByteVector.fromMemorySegment(
                        Codes.BYTES, weight, p + 2 + k, ByteOrder.LITTLE_ENDIAN)
                    .castShape(Codes.SHORTS, 0);
        ShortVector second =
            (ShortVector)
                ByteVector.fromMemorySegment(
                        Codes.BYTES, weight, p + 2 + k + Codes.LANES, ByteOrder.LITTLE_ENDIAN)
                    .castShape(Codes.SHORTS, 0);
        IntVector pairs =
            first
                .mul(ShortVector.fromArray(Codes.SHORTS, codes, codesAt + i + k))
                .add(
                    second.mul(
                        ShortVector.fromArray(Codes.SHORTS, codes, codesAt + i + k + Codes.LANES)))
                .reinterpretAsInts();
        IntVector dots =
            pairs
                .lanewise(VectorOperators.ASHR, 16)
                .add(pairs.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
        sum =
            ((FloatVector) dots.castShape(Codes.FLOATS, 0))
                .fma(FloatVector.broadcast(Codes.FLOATS, scale), sum);
      }
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }
}
