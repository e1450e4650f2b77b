package headroom.inference.kernel.assembled;

import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;

/**
 * The blocks of one row of weights as GGUF stores them, asked for by 32 columns. The layouts are
 * those that the codecs describe.
 */
abstract sealed class StoredBlocks permits SmallBlocks, SuperBlocks {
  final MemorySegment data;
  long row;

  StoredBlocks(MemorySegment data) {
    this.data = data;
  }

  /** Moves to the row that starts at this byte. */
  final void moveTo(long offset) {
    row = offset;
  }

  /** Fills the codes of 32 columns, four as the bytes of each word. */
  abstract void quads(int block, int[] into);

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
}
