package headroom.inference.kernel.assembled;

import headroom.inference.codec.LittleEndian;
import headroom.inference.codec.PackedScales;
import java.lang.foreign.MemorySegment;

/** Super-blocks of 256 weights, whose eight blocks have scales of scales. */
abstract sealed class SuperBlocks extends StoredBlocks {
  private final int size;

  /**
   * @param size bytes of a super-block
   */
  private SuperBlocks(MemorySegment data, int size) {
    super(data);
    this.size = size;
  }

  /** Byte where the super-block starts that this block is in. */
  final long at(int block) {
    return row + (long) (block >> 3) * size;
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

  /** Super-blocks of 256 with packed scales and minimums: Q4_K and Q5_K. */
  static final class Packed extends SuperBlocks implements StoredScales.SuperAndMinimum {
    private static final int SCALES = 4;

    private final boolean fifth;

    Packed(MemorySegment data, boolean fifth) {
      super(data, fifth ? 176 : 144);
      this.fifth = fifth;
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
    public short scale(int block) {
      return half(at(block));
    }

    @Override
    public short minimum(int block) {
      return half(at(block) + 2);
    }

    @Override
    public int smallScale(int block) {
      return PackedScales.scale(data, at(block) + SCALES, block & 7);
    }

    @Override
    public int smallMinimum(int block) {
      return PackedScales.min(data, at(block) + SCALES, block & 7);
    }
  }

  /** Super-blocks of 256 in six bits, a signed scale for each 16: Q6_K. */
  static final class Six extends SuperBlocks implements StoredScales.Super {
    Six(MemorySegment data) {
      super(data, 210);
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
    public short scale(int block) {
      return half(at(block) + 208);
    }

    @Override
    public int smallScale(int block, int part) {
      return LittleEndian.i8(data, at(block) + 192 + 2 * (block & 7) + part);
    }
  }

  /** Super-blocks of 256 in two bits, four of a scale and four of a minimum for each 16: Q2_K. */
  static final class Two extends SuperBlocks implements StoredScales.NibblesAndMinimum {
    Two(MemorySegment data) {
      super(data, 84);
    }

    @Override
    void quads(int block, int[] into) {
      twoBits(at(block) + 16, block, into);
    }

    @Override
    public short scale(int block) {
      return half(at(block) + 80);
    }

    @Override
    public short minimum(int block) {
      return half(at(block) + 82);
    }

    @Override
    public int nibbles(int block, int part) {
      return LittleEndian.u8(data, at(block) + 2 * (block & 7) + part);
    }
  }

  /** Super-blocks of 256 in three bits, a 6-bit scale for each 16: Q3_K. */
  static final class Three extends SuperBlocks implements StoredScales.Super {
    Three(MemorySegment data) {
      super(data, 110);
    }

    @Override
    void quads(int block, int[] into) {
      twoBits(at(block) + 32, block, into);
      for (int q = 0; q < 8; q++) {
        into[q] |= (word(at(block) + 4L * q) >>> (block & 7) & 0x01010101) << 2;
      }
    }

    @Override
    public short scale(int block) {
      return half(at(block) + 108);
    }

    @Override
    public int smallScale(int block, int part) {
      return PackedScales.ofSixteen(data, at(block) + 96, 2 * (block & 7) + part) - 32;
    }
  }

  /** Super-blocks of 256 indices, a 6-bit scale for each 32: IQ4_XS. */
  static final class Indexed extends SuperBlocks implements StoredScales.Super {
    Indexed(MemorySegment data) {
      super(data, 136);
    }

    @Override
    void quads(int block, int[] into) {
      halvesOfBytes(at(block) + 8 + 16L * (block & 7), into);
    }

    @Override
    public short scale(int block) {
      return half(at(block));
    }

    @Override
    public int smallScale(int block, int part) {
      int group = block & 7;
      int low = LittleEndian.u8(data, at(block) + 4 + group / 2) >> 4 * (group % 2) & 0xF;
      int high = (half(at(block) + 2) & 0xFFFF) >> 2 * group & 3;
      return (low | high << 4) - 32;
    }
  }
}
