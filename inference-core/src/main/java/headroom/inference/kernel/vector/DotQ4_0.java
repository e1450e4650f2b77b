package headroom.inference.kernel.vector;

import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** Q4_0 rows: a byte has columns j and j + 16, codes are 8 too large. */
final class DotQ4_0 implements RoundedRow {
  private static final int BLOCK = 32;
  private static final int BYTES = 18;
  private static final int OFFSET = 8;

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
    float offsets = 0;
    int sumsAt = numbersAt + Rounding.sumsAt(columns);
    long p = offset;
    for (int i = 0; i < columns; i += BLOCK, p += BYTES) {
      float d = LittleEndian.f16(weight, p);
      float scale = d * numbers[numbersAt + (i >>> 5)];
      for (int k = 0; k < BLOCK / 2; k += Codes.LANES) {
        ShortVector both =
            (ShortVector)
                ByteVector.fromMemorySegment(
                        Codes.BYTES, weight, p + 2 + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2S, Codes.SHORTS, 0);
        IntVector pairs =
            both.and((short) 0xF)
                .mul(ShortVector.fromArray(Codes.SHORTS, codes, codesAt + i + k))
                .add(
                    both.lanewise(VectorOperators.LSHR, 4)
                        .mul(
                            ShortVector.fromArray(
                                Codes.SHORTS, codes, codesAt + i + BLOCK / 2 + k)))
                .reinterpretAsInts();
        IntVector dots =
            pairs
                .lanewise(VectorOperators.ASHR, 16)
                .add(pairs.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
        sum =
            ((FloatVector) dots.castShape(Codes.FLOATS, 0))
                .fma(FloatVector.broadcast(Codes.FLOATS, scale), sum);
      }
      offsets = Math.fma(d, numbers[sumsAt + (i >>> 5)], offsets);
    }
    return sum.reduceLanes(VectorOperators.ADD) - OFFSET * offsets;
  }
}
