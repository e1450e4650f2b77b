package headroom.inference.kernel.vector;

import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** Q5_1 rows: as Q5_0, but that a minimum is added. */
final class DotQ5_1 implements RoundedRow {
  private static final int BLOCK = 32;
  private static final int BYTES = 24;
  private static final int FIFTH_AT = 4;
  private static final int CODES_AT = 8;

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
    float minimums = 0;
    int sumsAt = numbersAt + Rounding.sumsAt(columns);
    long p = offset;
    for (int i = 0; i < columns; i += BLOCK, p += BYTES) {
      float d = LittleEndian.f16(weight, p);
      float scale = d * numbers[numbersAt + (i >>> 5)];
      int fifth = weight.get(LittleEndian.INT, p + FIFTH_AT);
      for (int k = 0; k < BLOCK / 2; k += Codes.LANES) {
        ShortVector both =
            (ShortVector)
                ByteVector.fromMemorySegment(
                        Codes.BYTES, weight, p + CODES_AT + k, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2S, Codes.SHORTS, 0);
        ShortVector low =
            ShortVector.fromArray(Codes.SHORTS, Codes.TO_TOP, k)
                .mul((short) fifth)
                .lanewise(VectorOperators.LSHR, 11)
                .and((short) 0x10)
                .or(both.and((short) 0xF));
        ShortVector high =
            ShortVector.fromArray(Codes.SHORTS, Codes.TO_TOP, k)
                .mul((short) (fifth >>> 16))
                .lanewise(VectorOperators.LSHR, 11)
                .and((short) 0x10)
                .or(both.lanewise(VectorOperators.LSHR, 4));
        IntVector pairs =
            low.mul(ShortVector.fromArray(Codes.SHORTS, codes, codesAt + i + k))
                .add(
                    high.mul(
                        ShortVector.fromArray(Codes.SHORTS, codes, codesAt + i + BLOCK / 2 + k)))
                .reinterpretAsInts();
        IntVector dots =
            pairs
                .lanewise(VectorOperators.ASHR, 16)
                .add(pairs.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
        sum =
            ((FloatVector) dots.castShape(Codes.FLOATS, 0))
                .fma(FloatVector.broadcast(Codes.FLOATS, scale), sum);
      }
      minimums = Math.fma(LittleEndian.f16(weight, p + 2), numbers[sumsAt + (i >>> 5)], minimums);
    }
    return sum.reduceLanes(VectorOperators.ADD) + minimums;
  }
}
