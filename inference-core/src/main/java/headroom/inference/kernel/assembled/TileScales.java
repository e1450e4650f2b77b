package headroom.inference.kernel.assembled;

import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How the scales of a tile lie in memory, in planes of their own behind the codes: one plane with
 * an entry per block of 32 columns, and where a format has scales of scales, one with an entry per
 * 256. Every weight is scale * code - minimum.
 */
public sealed interface TileScales {
  /** Blocks of 32 columns that share an entry of the second plane. */
  int BLOCKS_PER_SUPER = 8;

  /** Bytes per row and block in the first plane. */
  int bytes();

  /** Bytes from one row's entry of the first plane to the next row's. */
  default int rowStride() {
    return Byte.BYTES;
  }

  /** Bytes per row and eight blocks in the second plane, 0 where there is none. */
  default int superBytes() {
    return 0;
  }

  /** Parts of a block with a scale of their own: 1, or 2 of 16 columns each. */
  default int parts() {
    return 1;
  }

  /** True where minimums are not all zero. */
  boolean hasMinimum();

  /**
   * Planes that are filled from rows with scales of this kind.
   *
   * @param <R> what a row must have
   */
  sealed interface From<R> extends TileScales {
    /**
     * Stores one row's entries of a block.
     *
     * @param at byte of the first plane where this block's entry of all rows starts
     * @param superAt the same of the second
     */
    void store(R row, int block, MemorySegment tile, long at, long superAt, int lane, int lanes);
  }

  /**
   * One half-precision scale; the minimum is {@code offset} scales.
   *
   * @param offset what codes are moved up by
   */
  record Half(int offset) implements From<StoredScales.Half> {
    @Override
    public int rowStride() {
      return Short.BYTES;
    }

    @Override
    public int bytes() {
      return 2;
    }

    @Override
    public boolean hasMinimum() {
      return offset != 0;
    }

    @Override
    public void store(
        StoredScales.Half row,
        int block,
        MemorySegment tile,
        long at,
        long superAt,
        int lane,
        int lanes) {
      tile.set(LittleEndian.SHORT, at + 2L * lane, row.scale(block));
    }
  }

  /** A half-precision scale and a half-precision minimum. */
  record HalfAndMinimum() implements From<StoredScales.HalfAndMinimum> {
    @Override
    public int rowStride() {
      return Short.BYTES;
    }

    @Override
    public int bytes() {
      return 4;
    }

    @Override
    public boolean hasMinimum() {
      return true;
    }

    @Override
    public void store(
        StoredScales.HalfAndMinimum row,
        int block,
        MemorySegment tile,
        long at,
        long superAt,
        int lane,
        int lanes) {
      tile.set(LittleEndian.SHORT, at + 2L * lane, row.scale(block));
      tile.set(LittleEndian.SHORT, at + 2L * (lanes + lane), row.minimum(block));
    }
  }

  /** An exponent: scale = 2^(e - 128), as MXFP4 has it for its table of doubled values. */
  record Exponent(int offset) implements From<StoredScales.Exponent> {
    @Override
    public int bytes() {
      return 1;
    }

    @Override
    public boolean hasMinimum() {
      return offset != 0;
    }

    @Override
    public void store(
        StoredScales.Exponent row,
        int block,
        MemorySegment tile,
        long at,
        long superAt,
        int lane,
        int lanes) {
      tile.set(ValueLayout.JAVA_BYTE, at + lane, (byte) row.exponent(block));
    }
  }

  /** Unsigned bytes times a half for scales, and others times another half for minimums. */
  record SuperAndMinimum() implements From<StoredScales.SuperAndMinimum> {
    @Override
    public int bytes() {
      return 2;
    }

    @Override
    public int superBytes() {
      return 4;
    }

    @Override
    public boolean hasMinimum() {
      return true;
    }

    @Override
    public void store(
        StoredScales.SuperAndMinimum row,
        int block,
        MemorySegment tile,
        long at,
        long superAt,
        int lane,
        int lanes) {
      tile.set(ValueLayout.JAVA_BYTE, at + lane, (byte) row.smallScale(block));
      tile.set(ValueLayout.JAVA_BYTE, at + lanes + lane, (byte) row.smallMinimum(block));
      if (block % BLOCKS_PER_SUPER == 0) {
        tile.set(LittleEndian.SHORT, superAt + 2L * lane, row.scale(block));
        tile.set(LittleEndian.SHORT, superAt + 2L * (lanes + lane), row.minimum(block));
      }
    }
  }

  /**
   * A byte for each half of a block: its lower four bits times a half are the scale, its upper four
   * times another half the minimum.
   */
  record NibblesAndMinimum() implements From<StoredScales.NibblesAndMinimum> {
    @Override
    public int bytes() {
      return 2;
    }

    @Override
    public int superBytes() {
      return 4;
    }

    @Override
    public int parts() {
      return 2;
    }

    @Override
    public boolean hasMinimum() {
      return true;
    }

    @Override
    public void store(
        StoredScales.NibblesAndMinimum row,
        int block,
        MemorySegment tile,
        long at,
        long superAt,
        int lane,
        int lanes) {
      for (int part = 0; part < parts(); part++) {
        tile.set(ValueLayout.JAVA_BYTE, at + part * lanes + lane, (byte) row.nibbles(block, part));
      }
      if (block % BLOCKS_PER_SUPER == 0) {
        tile.set(LittleEndian.SHORT, superAt + 2L * lane, row.scale(block));
        tile.set(LittleEndian.SHORT, superAt + 2L * (lanes + lane), row.minimum(block));
      }
    }
  }

  /**
   * Signed bytes times a half; the minimum is {@code offset} scales.
   *
   * @param parts scales per block
   * @param offset what codes are moved up by
   */
  record Super(int parts, int offset) implements From<StoredScales.Super> {
    @Override
    public int bytes() {
      return parts;
    }

    @Override
    public int superBytes() {
      return 2;
    }

    @Override
    public boolean hasMinimum() {
      return offset != 0;
    }

    @Override
    public void store(
        StoredScales.Super row,
        int block,
        MemorySegment tile,
        long at,
        long superAt,
        int lane,
        int lanes) {
      for (int part = 0; part < parts; part++) {
        tile.set(
            ValueLayout.JAVA_BYTE, at + part * lanes + lane, (byte) row.smallScale(block, part));
      }
      if (block % BLOCKS_PER_SUPER == 0) {
        tile.set(LittleEndian.SHORT, superAt + 2L * lane, row.scale(block));
      }
    }
  }
}
