package headroom.inference.kernel.assembled;

import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Where one row's entries stand in the planes of a tile: beside those of the rows around it, of
 * which there are as many as a vector has lanes.
 *
 * @param tile memory that holds the tile
 * @param lane of the row
 * @param lanes of the tile
 */
record TileLane(MemorySegment tile, int lane, int lanes) {
  /**
   * Stores a number in half precision.
   *
   * @param at byte where the block's entries start
   * @param entry which of them, 0 or 1
   * @param bits of the number
   */
  void half(long at, int entry, short bits) {
    tile.set(LittleEndian.SHORT, at + (long) Short.BYTES * (entry * lanes + lane), bits);
  }

  /** The same of a whole number, of which the lowest byte is stored. */
  void number(long at, int entry, int value) {
    tile.set(ValueLayout.JAVA_BYTE, at + entry * lanes + lane, (byte) value);
  }
}
