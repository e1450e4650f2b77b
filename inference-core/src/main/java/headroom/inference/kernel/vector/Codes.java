package headroom.inference.kernel.vector;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Vectors for products of whole numbers: 128 or 256 bits, since 32 bytes of codes, which all blocks
 * here consist of, are no more.
 *
 * <p>Products of codes and rounded activations are 16 bits wide; two lanes side by side, which a
 * shift each way parts, are added up in 32 bits. That is written out wherever it is needed: the
 * compiler stops inlining methods that are not its own in kernels of this size ({@code
 * NodeCountInliningCutoff}), and a vector that is handed over is then an object. Formats that
 * differ in a few numbers have a class each, as it was measured: with sizes of blocks in fields and
 * scales written ahead, Q4_0 and Q4_1 together read a seventh to a fifth less, Q5_0 and Q5_1 up to
 * a tenth.
 */
final class Codes {
  private static final VectorShape SHAPE =
      VectorShape.forBitSize(Math.min(256, Wide.FLOATS.vectorBitSize()));

  static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, SHAPE);
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
  static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);

  /** As many bytes as {@link #SHORTS} has lanes. */
  static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(SHAPE.vectorBitSize() / 2));

  /** As many shorts as {@link #INTS} has lanes. */
  static final VectorSpecies<Short> HALF_SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(SHAPE.vectorBitSize() / 2));

  /** Shorts in a vector: 8 or 16. */
  static final int LANES = SHORTS.length();

  /** Floats in a vector: 4 or 8. */
  static final int FLOAT_LANES = FLOATS.length();

  /** The upper half of eight lanes, none of four. */
  static final VectorMask<Float> UPPER = VectorMask.fromLong(FLOATS, 0xF0);

  static final VectorMask<Integer> UPPER_INTS = VectorMask.fromLong(INTS, 0xF0);

  /** Brings byte j modulo 4 of lane j to its lowest. */
  static final IntVector BYTE_OF_LANE =
      IntVector.fromArray(INTS, new int[] {0, 8, 16, 24, 0, 8, 16, 24}, 0);

  /** Multiplied by it, bit j is the topmost of lane j: shorts cannot be shifted one by one. */
  static final short[] TO_TOP = new short[16];

  static {
    for (int j = 0; j < TO_TOP.length; j++) {
      TO_TOP[j] = (short) (1 << (15 - j));
    }
  }

  private Codes() {}
}
