package headroom.inference.kernel.assembled;

import java.lang.foreign.MemorySegment;

/**
 * One row of weights as GGUF stores it, on its way into a tile. The layouts of formats are told by
 * {@link SmallBlocks} and {@link SuperBlocks}, the tile's by {@link TileCodes} and {@link
 * TileScales}.
 */
final class StoredRow {
  private final StoredBlocks blocks;
  private final Scales scales;

  private StoredRow(StoredBlocks blocks, Scales scales) {
    this.blocks = blocks;
    this.scales = scales;
  }

  /** Rows whose blocks have the scales that the tile wants. */
  static <B extends StoredBlocks> StoredRow of(B blocks, TileScales.From<? super B> scales) {
    return new StoredRow(
        blocks,
        (block, tile, at, superAt, lane, lanes) ->
            scales.store(blocks, block, tile, at, superAt, lane, lanes));
  }

  /** The scales of one block on their way into a tile. */
  @FunctionalInterface
  private interface Scales {
    void store(int block, MemorySegment tile, long at, long superAt, int lane, int lanes);
  }

  /** Moves to the row that starts at this byte. */
  void moveTo(long offset) {
    blocks.moveTo(offset);
  }

  /** Fills the codes of 32 columns, four as the bytes of each word. */
  void quads(int block, int[] into) {
    blocks.quads(block, into);
  }

  /**
   * Stores a block's entries in the planes of scales.
   *
   * @param at byte of the first plane where this block's entry of all rows starts
   * @param superAt the same of the second
   */
  void storeScales(int block, MemorySegment tile, long at, long superAt, int lane, int lanes) {
    scales.store(block, tile, at, superAt, lane, lanes);
  }
}
