package headroom.inference.kernel.vector;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Q5_K rows: as Q4_K, with the fifth bits of 256 weights in 32 bytes, a bit of each byte for every
 * sub-block.
 */
final class DotQ5_K implements RoundedRow {
  private static final int BYTES = 176;
  private static final int FIFTH_AT = 16;
  private static final int CODES_AT = 48;

  @Override
  public ColumnOrder order() {
    return ColumnOrder.EVEN_FIRST;
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
    float minimums = DotQ4_K.scales(weight, offset, BYTES, numbers, numbersAt, columns, scratch);
    return products(weight, offset, codes, codesAt, columns, scratch) - minimums;
  }

  private static float products(
      MemorySegment weight, long offset, short[] codes, int codesAt, int columns, float[] scales) {
    FloatVector sum = FloatVector.zero(Codes.FLOATS);
    for (int b = 0; b < columns / 32; b += 2) {
      long fifthAt = offset + (b >>> 3) * (long) BYTES + FIFTH_AT;
      long p = fifthAt - FIFTH_AT + CODES_AT + (b & 6) * 16;
      int at = codesAt + b * 32;
      for (int k = 0; k < 16; k += Codes.LANES) {
        ShortVector bytes =
            ShortVector.fromMemorySegment(Codes.SHORTS, weight, p + 2 * k, ByteOrder.LITTLE_ENDIAN);
        ShortVector fifth =
            ShortVector.fromMemorySegment(
                Codes.SHORTS, weight, fifthAt + 2 * k, ByteOrder.LITTLE_ENDIAN);
        ShortVector lowCodes =
            fifth
                .lanewise(VectorOperators.LSHR, b & 6)
                .and((short) 0x0101)
                .lanewise(VectorOperators.LSHL, 4)
                .or(bytes.and((short) 0x0F0F));
        ShortVector highCodes =
            fifth
                .lanewise(VectorOperators.LSHR, b & 6)
                .and((short) 0x0202)
                .lanewise(VectorOperators.LSHL, 3)
                .or(bytes.lanewise(VectorOperators.LSHR, 4).and((short) 0x0F0F));
        IntVector low =
            lowCodes
                .and((short) 0xFF)
                .mul(ShortVector.fromArray(Codes.SHORTS, codes, at + k))
                .add(
                    lowCodes
                        .lanewise(VectorOperators.LSHR, 8)
                        .mul(ShortVector.fromArray(Codes.SHORTS, codes, at + 16 + k)))
                .reinterpretAsInts();
        IntVector high =
            highCodes
                .and((short) 0xFF)
                .mul(ShortVector.fromArray(Codes.SHORTS, codes, at + 32 + k))
                .add(
                    highCodes
                        .lanewise(VectorOperators.LSHR, 8)
                        .mul(ShortVector.fromArray(Codes.SHORTS, codes, at + 48 + k)))
                .reinterpretAsInts();
        IntVector lowDots =
            low.lanewise(VectorOperators.ASHR, 16)
                .add(low.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
        IntVector highDots =
            high.lanewise(VectorOperators.ASHR, 16)
                .add(high.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
        sum =
            ((FloatVector) lowDots.castShape(Codes.FLOATS, 0))
                .fma(FloatVector.broadcast(Codes.FLOATS, scales[b]), sum);
        sum =
            ((FloatVector) highDots.castShape(Codes.FLOATS, 0))
                .fma(FloatVector.broadcast(Codes.FLOATS, scales[b + 1]), sum);
      }
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }
}
