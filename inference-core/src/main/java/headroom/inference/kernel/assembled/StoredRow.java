package headroom.inference.kernel.assembled;

import headroom.inference.codec.LittleEndian;
import headroom.inference.codec.PackedScales;
import java.lang.foreign.MemorySegment;

/**
 * One row of weights as GGUF stores it, asked for block by block of 32 columns: what a tile is made
 * from. The layouts are those that the codecs describe.
 */
abstract sealed class StoredRow {
  final MemorySegment data;
  long row;

  private StoredRow(MemorySegment data) {
    this.data = data;
  }

  /** Moves to the row that starts at this byte. */
  void moveTo(long offset) {
    row = offset;
  }

  /** Fills the codes of 32 columns, four as the bytes of each word. */
  abstract void quads(int block, int[] into);

  /** The half-precision scale, as bits. */
  short scale(int block) {
    throw new UnsupportedOperationException(getClass() + " has no scale in half precision");
  }

  /** The half-precision minimum, as bits: weight = scale * code - minimum. */
  short minimum(int block) {
    throw new UnsupportedOperationException(getClass() + " has no minimum in half precision");
  }

  /** The small whole number that scales one part of the block. */
  int smallScale(int block, int part) {
    throw new UnsupportedOperationException(getClass() + " has no scales of scales");
  }

  /** The small whole number that the block's minimum is a multiple of. */
  int smallMinimum(int block) {
    throw new UnsupportedOperationException(getClass() + " has no scales of minimums");
  }

  final int word(long at) {
    return data.get(LittleEndian.INT, at);
  }

  final short half(long at) {
    return data.get(LittleEndian.SHORT, at);
  }

  /** Sixteen bytes of two codes: columns 0-15 in their low halves, 16-31 in their high ones. */
  final void halvesOfBytes(long at, int[] into) {
    for (int q = 0; q < 4; q++) {
      int both = word(at + 4L * q);
      into[q] = both & 0x0F0F0F0F;
      into[q + 4] = both >>> 4 & 0x0F0F0F0F;
    }
  }

  /** 32 columns in one half of 32 bytes. */
  final void oneHalfOfBytes(long at, int half, int[] into) {
    for (int q = 0; q < 8; q++) {
      into[q] = word(at + 4L * q) >>> 4 * half & 0x0F0F0F0F;
    }
  }

  /**
   * 32 columns of two bits: a quarter of 32 bytes, of which each half of a super-block has its own.
   */
  final void twoBits(long at, int block, int[] into) {
    for (int q = 0; q < 8; q++) {
      into[q] = word(at + 32 * (block >> 2 & 1) + 4L * q) >>> 2 * (block & 3) & 0x03030303;
    }
  }

  /** 32 signed bytes behind a half: Q8_0. */
  static final class Bytes extends StoredRow {
    private static final int SIZE = 34;

    Bytes(MemorySegment data) {
      super(data);
    }

    @Override
    void quads(int block, int[] into) {
      for (int q = 0; q < 8; q++) {
        into[q] = word(row + (long) block * SIZE + 2 + 4L * q);
      }
    }

    @Override
    short scale(int block) {
      return half(row + (long) block * SIZE);
    }
  }

  /** Blocks of 32 in four or five bits: Q4_0, Q4_1, Q5_0, Q5_1, IQ4_NL and MXFP4. */
  static final class Small extends StoredRow {
    private final int size;
    private final int fifthAt;
    private final int codesAt;

    /**
     * @param size bytes of a block
     * @param fifthAt byte where fifth bits start, 0 where there are none
     * @param codesAt byte where the lower four start
     */
    Small(MemorySegment data, int size, int fifthAt, int codesAt) {
      super(data);
      this.size = size;
      this.fifthAt = fifthAt;
      this.codesAt = codesAt;
    }

    private long at(int block) {
      return row + (long) block * size;
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

    @Override
    short scale(int block) {
      return half(at(block));
    }

    @Override
    short minimum(int block) {
      return (short) (half(at(block) + 2) ^ 0x8000); // stored to be added
    }

    @Override
    int smallScale(int block, int part) {
      return LittleEndian.u8(data, at(block)); // MXFP4's exponent
    }
  }

  /** Super-blocks of 256 with packed scales and minimums: Q4_K and Q5_K. */
  static final class Packed extends StoredRow {
    private static final int SCALES = 4;

    private final boolean fifth;
    private final int size;

    Packed(MemorySegment data, boolean fifth) {
      super(data);
      this.fifth = fifth;
      this.size = fifth ? 176 : 144;
    }

    private long at(int block) {
      return row + (long) (block >> 3) * size;
    }

    @Override
    void quads(int block, int[] into) {
      int group = block & 7;
      long bits = at(block) + 16;
      oneHalfOfBytes(bits + (fifth ? 32 : 0) + 32L * (group / 2), group & 1, into);
      for (int q = 0; fifth && q < 8; q++) {
        into[q] |= (word(bits + 4L * q) >>> group & 0x01010101) << 4;
      }
    }

    @Override
    short scale(int block) {
      return half(at(block));
    }

    @Override
    short minimum(int block) {
      return half(at(block) + 2);
    }

    @Override
    int smallScale(int block, int part) {
      return PackedScales.scale(data, at(block) + SCALES, block & 7);
    }

    @Override
    int smallMinimum(int block) {
      return PackedScales.min(data, at(block) + SCALES, block & 7);
    }
  }

  /** Super-blocks of 256 in six bits, a signed scale for each 16: Q6_K. */
  static final class Six extends StoredRow {
    private static final int SIZE = 210;

    Six(MemorySegment data) {
      super(data);
    }

    private long at(int block) {
      return row + (long) (block >> 3) * SIZE;
    }

    @Override
    void quads(int block, int[] into) {
      int half = block >> 2 & 1; // each half of the super-block has 64 low and 32 high bytes
      int quarter = block & 3;
      oneHalfOfBytes(at(block) + 64 * half + 32L * (quarter & 1), quarter >> 1, into);
      for (int q = 0; q < 8; q++) {
        int high = word(at(block) + 128 + 32 * half + 4L * q) >>> 2 * quarter & 0x03030303;
        into[q] |= high << 4;
      }
    }

    @Override
    short scale(int block) {
      return half(at(block) + 208);
    }

    @Override
    int smallScale(int block, int part) {
      return LittleEndian.i8(data, at(block) + 192 + 2 * (block & 7) + part);
    }
  }

  /** Super-blocks of 256 in two bits, four of a scale and four of a minimum for each 16: Q2_K. */
  static final class Two extends StoredRow {
    private static final int SIZE = 84;

    Two(MemorySegment data) {
      super(data);
    }

    private long at(int block) {
      return row + (long) (block >> 3) * SIZE;
    }

    @Override
    void quads(int block, int[] into) {
      twoBits(at(block) + 16, block, into);
    }

    @Override
    short scale(int block) {
      return half(at(block) + 80);
    }

    @Override
    short minimum(int block) {
      return half(at(block) + 82);
    }

    /** Both in one byte, the scale in its lower half. */
    @Override
    int smallScale(int block, int part) {
      return LittleEndian.u8(data, at(block) + 2 * (block & 7) + part);
    }
  }

  /** Super-blocks of 256 in three bits, a 6-bit scale for each 16: Q3_K. */
  static final class Three extends StoredRow {
    private static final int SIZE = 110;

    Three(MemorySegment data) {
      super(data);
    }

    private long at(int block) {
      return row + (long) (block >> 3) * SIZE;
    }

    @Override
    void quads(int block, int[] into) {
      twoBits(at(block) + 32, block, into);
      for (int q = 0; q < 8; q++) {
        into[q] |= (word(at(block) + 4L * q) >>> (block & 7) & 0x01010101) << 2;
      }
    }

    @Override
    short scale(int block) {
      return half(at(block) + 108);
    }

    @Override
    int smallScale(int block, int part) {
      return PackedScales.ofSixteen(data, at(block) + 96, 2 * (block & 7) + part) - 32;
    }
  }

  /** Super-blocks of 256 indices, a 6-bit scale for each 32: IQ4_XS. */
  static final class Indexed extends StoredRow {
    private static final int SIZE = 136;

    Indexed(MemorySegment data) {
      super(data);
    }

    private long at(int block) {
      return row + (long) (block >> 3) * SIZE;
    }

    @Override
    void quads(int block, int[] into) {
      halvesOfBytes(at(block) + 8 + 16L * (block & 7), into);
    }

    @Override
    short scale(int block) {
      return half(at(block));
    }

    @Override
    int smallScale(int block, int part) {
      int group = block & 7;
      int low = LittleEndian.u8(data, at(block) + 4 + group / 2) >> 4 * (group % 2) & 0xF;
      int high = (half(at(block) + 2) & 0xFFFF) >> 2 * group & 3;
      return (low | high << 4) - 32;
    }
  }
}
