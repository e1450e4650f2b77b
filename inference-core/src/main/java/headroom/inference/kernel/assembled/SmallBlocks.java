package headroom.inference.kernel.assembled;

import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;

/** Blocks of 32 weights with scales of their own. */
abstract sealed class SmallBlocks extends StoredBlocks {
  private final int size;

  /**
   * @param size bytes of a block
   */
  private SmallBlocks(MemorySegment data, int size) {
    super(data);
    this.size = size;
  }

  /** Byte where a block starts. */
  final long at(int block) {
    return row + (long) block * size;
  }

  /** 32 signed bytes behind a half: Q8_0. */
  static final class Bytes extends SmallBlocks implements StoredScales.Half {
    Bytes(MemorySegment data) {
      super(data, 34);
    }

    @Override
    void quads(int block, int[] into) {
      for (int q = 0; q < 8; q++) {
        into[q] = word(at(block) + 2 + 4L * q);
      }
    }

    @Override
    public short scale(int block) {
      return half(at(block));
    }
  }

  /** Codes of four or five bits. */
  private abstract static sealed class Nibbles extends SmallBlocks {
    private final int fifthAt;
    private final int codesAt;

    /**
     * @param size bytes of a block
     * @param fifthAt byte where fifth bits start, 0 where there are none
     * @param codesAt byte where the lower four start
     */
    Nibbles(MemorySegment data, int size, int fifthAt, int codesAt) {
      super(data, size);
      this.fifthAt = fifthAt;
      this.codesAt = codesAt;
    }

    @Override
    void quads(int block, int[] into) {
      halvesOfBytes(at(block) + codesAt, into);
      if (fifthAt > 0) {
        int bits = word(at(block) + fifthAt);
        for (int q = 0; q < 8; q++) {
          // Multiplying spreads four bits over the four bytes.
          into[q] |= ((bits >>> 4 * q & 0xF) * 0x00204081 & 0x01010101) << 4;
        }
      }
    }
  }

  /** Behind a scale: Q4_0, Q5_0 and IQ4_NL. */
  static sealed class Scaled extends Nibbles implements StoredScales.Half {
    Scaled(MemorySegment data, int size, int fifthAt, int codesAt) {
      super(data, size, fifthAt, codesAt);
    }

    @Override
    public final short scale(int block) {
      return half(at(block));
    }
  }

  /** Behind a scale and a minimum: Q4_1 and Q5_1. */
  static final class Offset extends Scaled implements StoredScales.HalfAndMinimum {
    Offset(MemorySegment data, int size, int fifthAt, int codesAt) {
      super(data, size, fifthAt, codesAt);
    }

    @Override
    public short minimum(int block) {
      return (short) (half(at(block) + 2) ^ 0x8000); // stored to be added
    }
  }

  /** Behind an exponent: MXFP4. */
  static final class Exponential extends Nibbles implements StoredScales.Exponent {
    Exponential(MemorySegment data) {
      super(data, 17, 0, 1);
    }

    @Override
    public int exponent(int block) {
      return LittleEndian.u8(data, at(block));
    }
  }
}
