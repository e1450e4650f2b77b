package headroom.inference.kernel.vector;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** Four-bit codes that stand for one of sixteen bytes: a byte has columns j and j + 16. */
final class IndexedCodes {
  private static final int BLOCK = 32;

  private IndexedCodes() {}

  /**
   * One row times one token.
   *
   * @param offset byte at which the first block's codes start
   * @param blockBytes from one block's codes to the next
   * @param eightBytes from there to those of the eighth block after
   * @param table what codes stand for: 128 bits at any width
   * @param scales [columns / 32] what a block's product is multiplied by
   */
  static float dot(
      MemorySegment weight,
      long offset,
      int blockBytes,
      int eightBytes,
      ByteVector table,
      short[] codes,
      int codesAt,
      int columns,
      float[] scales) {
    FloatVector sum = FloatVector.zero(Codes.FLOATS);
    for (int i = 0; i < columns; i += BLOCK) {
      int block = i >>> 5;
      long p = offset + (block >>> 3) * (long) eightBytes + (block & 7) * blockBytes;
      ByteVector both =
          ByteVector.fromMemorySegment(ByteVector.SPECIES_128, weight, p, ByteOrder.LITTLE_ENDIAN);
      ByteVector low = both.and((byte) 0xF).selectFrom(table);
      ByteVector high =
          both.reinterpretAsShorts()
              .lanewise(VectorOperators.LSHR, 4)
              .reinterpretAsBytes()
              .and((byte) 0xF)
              .selectFrom(table);
      for (int k = 0; k < BLOCK / 2; k += Codes.LANES) {
        int part = k / Codes.LANES;
        IntVector pairs =
            ((ShortVector) low.castShape(Codes.SHORTS, part))
                .mul(ShortVector.fromArray(Codes.SHORTS, codes, codesAt + i + k))
                .add(
                    ((ShortVector) high.castShape(Codes.SHORTS, part))
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
                .fma(FloatVector.broadcast(Codes.FLOATS, scales[block]), sum);
      }
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }
}
