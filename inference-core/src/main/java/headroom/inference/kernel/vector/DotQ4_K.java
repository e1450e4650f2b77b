package headroom.inference.kernel.vector;

import headroom.inference.codec.LittleEndian;
import headroom.inference.codec.PackedScales;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Q4_K rows, 64 weights at a time: 32 bytes hold one sub-block in each nibble. A row's scales
 * become floats first, eight sub-blocks at once.
 */
final class DotQ4_K implements RoundedRow {
  private static final int BYTES = 144;
  private static final int CODES_AT = 16;
  private static final int SUB_BLOCKS = 8;

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
    float minimums = scales(weight, offset, BYTES, numbers, numbersAt, columns, scratch);
    return products(weight, offset + CODES_AT, codes, codesAt, columns, scratch) - minimums;
  }

  /**
   * Writes what the sub-blocks' products are multiplied by; answers Σ minimum * activation.
   *
   * @param blockBytes from one block of 256 weights to the next
   */
  static float scales(
      MemorySegment weight,
      long offset,
      int blockBytes,
      float[] numbers,
      int numbersAt,
      int columns,
      float[] scales) {
    FloatVector sum = FloatVector.zero(Codes.FLOATS);
    int sumsAt = numbersAt + Rounding.sumsAt(columns);
    long p = offset;
    for (int b = 0; b < columns / 32; b += SUB_BLOCKS, p += blockBytes) {
      float d = LittleEndian.f16(weight, p);
      float dmin = LittleEndian.f16(weight, p + 2);
      long eightScales = PackedScales.scales(weight, p + 4);
      long eightMins = PackedScales.mins(weight, p + 4);
      for (int k = 0; k < SUB_BLOCKS; k += Codes.FLOAT_LANES) {
        IntVector scale =
            IntVector.broadcast(Codes.INTS, (int) (eightScales >>> 8 * k))
                .blend((int) (eightScales >>> 32), Codes.UPPER_INTS)
                .lanewise(VectorOperators.LSHR, Codes.BYTE_OF_LANE)
                .and(0xFF);
        IntVector min =
            IntVector.broadcast(Codes.INTS, (int) (eightMins >>> 8 * k))
                .blend((int) (eightMins >>> 32), Codes.UPPER_INTS)
                .lanewise(VectorOperators.LSHR, Codes.BYTE_OF_LANE)
                .and(0xFF);
        ((FloatVector) scale.castShape(Codes.FLOATS, 0))
            .mul(FloatVector.fromArray(Codes.FLOATS, numbers, numbersAt + b + k))
            .mul(d)
            .intoArray(scales, b + k);
        sum =
            ((FloatVector) min.castShape(Codes.FLOATS, 0))
                .mul(FloatVector.fromArray(Codes.FLOATS, numbers, sumsAt + b + k))
                .fma(FloatVector.broadcast(Codes.FLOATS, dmin), sum);
      }
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }

  private static float products(
      MemorySegment weight, long offset, short[] codes, int codesAt, int columns, float[] scales) {
    FloatVector sum = FloatVector.zero(Codes.FLOATS);
    for (int b = 0; b < columns / 32; b += 2) {
      long p = offset + (b >>> 3) * (long) BYTES + (b & 6) * 16;
      int at = codesAt + b * 32;
      for (int k = 0; k < 16; k += Codes.LANES) {
        ShortVector bytes =
            ShortVector.fromMemorySegment(Codes.SHORTS, weight, p + 2 * k, ByteOrder.LITTLE_ENDIAN);
        IntVector low =
            bytes
                .and((short) 0xF)
                .mul(ShortVector.fromArray(Codes.SHORTS, codes, at + k))
                .add(
                    bytes
                        .lanewise(VectorOperators.LSHR, 8)
                        .and((short) 0xF)
                        .mul(ShortVector.fromArray(Codes.SHORTS, codes, at + 16 + k)))
                .reinterpretAsInts();
        IntVector high =
            bytes
                .lanewise(VectorOperators.LSHR, 4)
                .and((short) 0xF)
                .mul(ShortVector.fromArray(Codes.SHORTS, codes, at + 32 + k))
                .add(
                    bytes
                        .lanewise(VectorOperators.LSHR, 12)
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
