package headroom.inference.kernel.vector;

import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Q6_K rows, 128 weights at a time: 32 bytes of high bits complete the nibbles of 64 bytes, two
 * bytes to a lane. A row's scales become floats first.
 */
final class DotQ6_K implements RoundedRow {
  private static final int BYTES = 210;
  private static final int HIGH_AT = 128;
  private static final int SCALES_AT = 192;
  private static final int D_AT = 208;

  /** What codes are moved up by. */
  private static final int OFFSET = 32;

  /** Scales per 256 weights, one for 16 columns. */
  private static final int GROUPS = 16;

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
    float offsets = scales(weight, offset, numbers, numbersAt, columns, scratch);
    return products(weight, offset, codes, codesAt, columns, scratch) - OFFSET * offsets;
  }

  /** Writes what the groups' products are multiplied by; answers Σ scale * activation. */
  private static float scales(
      MemorySegment weight,
      long offset,
      float[] numbers,
      int numbersAt,
      int columns,
      float[] scales) {
    FloatVector sum = FloatVector.zero(Codes.FLOATS);
    int scalesAt = numbersAt + Rounding.halfScalesAt(columns);
    int sumsAt = numbersAt + Rounding.halfSumsAt(columns);
    long p = offset;
    for (int g = 0; g < columns / 16; g += GROUPS, p += BYTES) {
      float d = LittleEndian.f16(weight, p + D_AT);
      for (int k = 0; k < GROUPS; k += Codes.LANES) {
        ShortVector bytes =
            (ShortVector)
                ByteVector.fromMemorySegment(
                        Codes.BYTES, weight, p + SCALES_AT + k, ByteOrder.LITTLE_ENDIAN)
                    .castShape(Codes.SHORTS, 0);
        for (int part = 0; part < 2; part++) {
          int at = g + k + part * Codes.FLOAT_LANES;
          FloatVector scale = ((FloatVector) bytes.castShape(Codes.FLOATS, part)).mul(d);
          scale
              .mul(FloatVector.fromArray(Codes.FLOATS, numbers, scalesAt + at))
              .intoArray(scales, at);
          sum = scale.fma(FloatVector.fromArray(Codes.FLOATS, numbers, sumsAt + at), sum);
        }
      }
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }

  private static float products(
      MemorySegment weight, long offset, short[] codes, int codesAt, int columns, float[] scales) {
    FloatVector sum = FloatVector.zero(Codes.FLOATS);
    for (int g = 0; g < columns / 16; g += 8) {
      long block = offset + (g >>> 4) * (long) BYTES;
      long lowAt = block + (g & 8) * 8;
      long highAt = block + HIGH_AT + (g & 8) * 4;
      int at = codesAt + g * 16;
      for (int k = 0; k < 16; k += Codes.LANES) {
        ShortVector one =
            ShortVector.fromMemorySegment(
                Codes.SHORTS, weight, lowAt + 2 * k, ByteOrder.LITTLE_ENDIAN);
        ShortVector two =
            ShortVector.fromMemorySegment(
                Codes.SHORTS, weight, lowAt + 32 + 2 * k, ByteOrder.LITTLE_ENDIAN);
        ShortVector high =
            ShortVector.fromMemorySegment(
                Codes.SHORTS, weight, highAt + 2 * k, ByteOrder.LITTLE_ENDIAN);
        ShortVector a =
            one.and((short) 0x0F0F).or(high.lanewise(VectorOperators.LSHL, 4).and((short) 0x3030));
        IntVector aPairs =
            a.and((short) 0xFF)
                .mul(ShortVector.fromArray(Codes.SHORTS, codes, at + 0 + k))
                .add(
                    a.lanewise(VectorOperators.LSHR, 8)
                        .mul(ShortVector.fromArray(Codes.SHORTS, codes, at + 16 + k)))
                .reinterpretAsInts();
        sum =
            ((FloatVector)
                    aPairs
                        .lanewise(VectorOperators.ASHR, 16)
                        .add(
                            aPairs
                                .lanewise(VectorOperators.LSHL, 16)
                                .lanewise(VectorOperators.ASHR, 16))
                        .castShape(Codes.FLOATS, 0))
                .fma(
                    FloatVector.broadcast(Codes.FLOATS, scales[g + 0 + k / 8])
                        .blend(scales[g + 1], Codes.UPPER),
                    sum);
        ShortVector b =
            two.and((short) 0x0F0F).or(high.lanewise(VectorOperators.LSHL, 2).and((short) 0x3030));
        IntVector bPairs =
            b.and((short) 0xFF)
                .mul(ShortVector.fromArray(Codes.SHORTS, codes, at + 32 + k))
                .add(
                    b.lanewise(VectorOperators.LSHR, 8)
                        .mul(ShortVector.fromArray(Codes.SHORTS, codes, at + 48 + k)))
                .reinterpretAsInts();
        sum =
            ((FloatVector)
                    bPairs
                        .lanewise(VectorOperators.ASHR, 16)
                        .add(
                            bPairs
                                .lanewise(VectorOperators.LSHL, 16)
                                .lanewise(VectorOperators.ASHR, 16))
                        .castShape(Codes.FLOATS, 0))
                .fma(
                    FloatVector.broadcast(Codes.FLOATS, scales[g + 2 + k / 8])
                        .blend(scales[g + 3], Codes.UPPER),
                    sum);
        ShortVector c =
            one.lanewise(VectorOperators.LSHR, 4).and((short) 0x0F0F).or(high.and((short) 0x3030));
        IntVector cPairs =
            c.and((short) 0xFF)
                .mul(ShortVector.fromArray(Codes.SHORTS, codes, at + 64 + k))
                .add(
                    c.lanewise(VectorOperators.LSHR, 8)
                        .mul(ShortVector.fromArray(Codes.SHORTS, codes, at + 80 + k)))
                .reinterpretAsInts();
        sum =
            ((FloatVector)
                    cPairs
                        .lanewise(VectorOperators.ASHR, 16)
                        .add(
                            cPairs
                                .lanewise(VectorOperators.LSHL, 16)
                                .lanewise(VectorOperators.ASHR, 16))
                        .castShape(Codes.FLOATS, 0))
                .fma(
                    FloatVector.broadcast(Codes.FLOATS, scales[g + 4 + k / 8])
                        .blend(scales[g + 5], Codes.UPPER),
                    sum);
        ShortVector d =
            two.lanewise(VectorOperators.LSHR, 4)
                .and((short) 0x0F0F)
                .or(high.lanewise(VectorOperators.LSHR, 2).and((short) 0x3030));
        IntVector dPairs =
            d.and((short) 0xFF)
                .mul(ShortVector.fromArray(Codes.SHORTS, codes, at + 96 + k))
                .add(
                    d.lanewise(VectorOperators.LSHR, 8)
                        .mul(ShortVector.fromArray(Codes.SHORTS, codes, at + 112 + k)))
                .reinterpretAsInts();
        sum =
            ((FloatVector)
                    dPairs
                        .lanewise(VectorOperators.ASHR, 16)
                        .add(
                            dPairs
                                .lanewise(VectorOperators.LSHL, 16)
                                .lanewise(VectorOperators.ASHR, 16))
                        .castShape(Codes.FLOATS, 0))
                .fma(
                    FloatVector.broadcast(Codes.FLOATS, scales[g + 6 + k / 8])
                        .blend(scales[g + 7], Codes.UPPER),
                    sum);
      }
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }
}
