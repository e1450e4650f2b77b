package headroom.inference.kernel.vector;

import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The processor's preferred width, read once, and the loads that narrower numbers need: a kernel in
 * these terms is written once for 128, 256 and 512 bits.
 */
final class Wide {
  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);

  /** Floats in a vector: 4, 8 or 16. */
  static final int LANES = FLOATS.length();

  private static final VectorSpecies<Short> SHORTS = narrow(short.class, Short.SIZE);

  // A vector of 4 bytes does not exist: at 128 bits bytes are loaded as one int instead.
  private static final VectorSpecies<Byte> BYTES =
      LANES == 4 ? ByteVector.SPECIES_64 : narrow(byte.class, Byte.SIZE);

  private Wide() {}

  private static <E> VectorSpecies<E> narrow(Class<E> element, int bits) {
    return VectorSpecies.of(element, VectorShape.forBitSize(Math.max(64, LANES * bits)));
  }

  /** {@link #LANES} signed bytes from this offset on, as ints. */
  static IntVector bytes(MemorySegment segment, long offset) {
    if (LANES == 4) {
      int four = segment.get(LittleEndian.INT, offset);
      IntVector lanes = IntVector.broadcast(INTS, four);
      return lanes.lanewise(VectorOperators.LSHL, SHIFTS).lanewise(VectorOperators.ASHR, 24);
    }
    return (IntVector)
        ByteVector.fromMemorySegment(BYTES, segment, offset, ByteOrder.LITTLE_ENDIAN)
            .castShape(INTS, 0);
  }

  /** For 128 bits: brings byte 0 to 3 of an int to its top. */
  private static final IntVector SHIFTS =
      IntVector.fromArray(INTS, new int[] {24, 16, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0);

  /** {@link #LANES} signed bytes from this offset on, as floats. */
  static FloatVector byteFloats(MemorySegment segment, long offset) {
    return floats(bytes(segment, offset));
  }

  static FloatVector floats(IntVector ints) {
    return (FloatVector) ints.castShape(FLOATS, 0);
  }

  static FloatVector floats(MemorySegment segment, long offset) {
    return FloatVector.fromMemorySegment(FLOATS, segment, offset, ByteOrder.LITTLE_ENDIAN);
  }

  /** {@link #LANES} bfloat16 numbers from this offset on. */
  static FloatVector bfloats(MemorySegment segment, long offset) {
    return shorts(segment, offset).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  /** {@link #LANES} signed shorts from this offset on, as ints. */
  static IntVector shorts(MemorySegment segment, long offset) {
    return (IntVector)
        ShortVector.fromMemorySegment(SHORTS, segment, offset, ByteOrder.LITTLE_ENDIAN)
            .castShape(INTS, 0);
  }

  static FloatVector load(float[] x, int offset) {
    return FloatVector.fromArray(FLOATS, x, offset);
  }

  static FloatVector zero() {
    return FloatVector.zero(FLOATS);
  }

  static FloatVector all(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }
}
