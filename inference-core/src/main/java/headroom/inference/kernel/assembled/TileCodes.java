package headroom.inference.kernel.assembled;

import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;

/**
 * How the codes of a tile lie in memory. A line is one 32-bit word per row, so it fills a vector;
 * what the word holds of its row's four or more columns is what the implementations differ in.
 */
public sealed interface TileCodes {
  /** Lines of a block of 32 columns. */
  int lines();

  /** The largest code, which says how many products fit into 16 bits. */
  int largest();

  /** True where codes are signed bytes, which AVX2 multiplies in a way of its own. */
  default boolean signed() {
    return false;
  }

  /**
   * Stores one row's words of a block.
   *
   * @param quads the row's codes, four columns as four bytes per word
   * @param tile to write to
   * @param at byte where this row's first word goes; the next line is {@code lineBytes} on
   */
  void store(int[] quads, MemorySegment tile, long at, int lineBytes);

  /**
   * One byte per code: line q holds quad q.
   *
   * @param signed as they are; else moved up by 128, as VPDPBUSD wants them
   */
  record Bytes(boolean signed) implements TileCodes {
    @Override
    public int lines() {
      return PackedLayout.QUADS;
    }

    @Override
    public int largest() {
      return 255;
    }

    @Override
    public void store(int[] quads, MemorySegment tile, long at, int lineBytes) {
      int move = signed ? 0 : 0x80808080;
      for (int q = 0; q < PackedLayout.QUADS; q++) {
        tile.set(LittleEndian.INT, at + (long) q * lineBytes, quads[q] ^ move);
      }
    }
  }

  /**
   * Four bits in lines 0 to 3, quad q in the low half of line q and quad q + 4 in its high half;
   * further bits of all quads in the lines after.
   *
   * @param further 0, 1 or 2 bits
   */
  record Nibbles(int further) implements TileCodes {
    @Override
    public int lines() {
      return 4 + further;
    }

    @Override
    public int largest() {
      return (16 << further) - 1;
    }

    @Override
    public void store(int[] quads, MemorySegment tile, long at, int lineBytes) {
      for (int q = 0; q < 4; q++) {
        tile.set(
            LittleEndian.INT,
            at + (long) q * lineBytes,
            quads[q] & 0x0F0F0F0F | (quads[q + 4] & 0x0F0F0F0F) << 4);
      }
      int mask = further == 1 ? 0x01010101 : 0x03030303;
      for (int line = 0; line < further; line++) {
        int word = 0;
        for (int i = 0; i < quadsPerLine(); i++) {
          word |= (quads[line * quadsPerLine() + i] >>> 4 & mask) << further * i;
        }
        tile.set(LittleEndian.INT, at + (long) (4 + line) * lineBytes, word);
      }
    }

    /** Quads whose further bits share a line: 8 of one bit, or 4 of two. */
    public int quadsPerLine() {
      return 8 / further;
    }
  }

  /**
   * Two bits in lines 0 and 1, quad q in bits 2(q mod 4) of line q / 4; a third bit of all quads in
   * line 2, quad q in bit q.
   *
   * @param third true where there is one
   */
  record Pairs(boolean third) implements TileCodes {
    @Override
    public int lines() {
      return third ? 3 : 2;
    }

    @Override
    public int largest() {
      return third ? 7 : 3;
    }

    @Override
    public void store(int[] quads, MemorySegment tile, long at, int lineBytes) {
      int[] words = new int[3];
      for (int q = 0; q < PackedLayout.QUADS; q++) {
        words[q / 4] |= (quads[q] & 0x03030303) << 2 * (q % 4);
        words[2] |= (quads[q] >>> 2 & 0x01010101) << q;
      }
      for (int line = 0; line < lines(); line++) {
        tile.set(LittleEndian.INT, at + (long) line * lineBytes, words[line]);
      }
    }
  }

  /**
   * Four bits that stand for one of sixteen bytes, laid out as {@link Nibbles}.
   *
   * @param values signed bytes
   * @param signed as they are; else moved up by 128
   */
  record Table(byte[] values, boolean signed) implements TileCodes {
    /** What the codes stand for, moved up where products want that. */
    public byte[] bytes() {
      byte[] moved = values.clone();
      for (int i = 0; i < moved.length && !signed; i++) {
        moved[i] ^= (byte) 0x80;
      }
      return moved;
    }

    @Override
    public int lines() {
      return 4;
    }

    @Override
    public int largest() {
      return 255;
    }

    @Override
    public void store(int[] quads, MemorySegment tile, long at, int lineBytes) {
      new Nibbles(0).store(quads, tile, at, lineBytes);
    }
  }
}
