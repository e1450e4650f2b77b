package headroom.inference.kvcache;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The keys (or the values) of one layer: one row [heads, headSize] per cell. */
public sealed interface KvRows
    permits CodecRows, SharedBlockRows, RingRows, SelectedRows, PathRows, KiviKeys, KiviValues {
  /** Stores the row [heads, headSize] that starts at {@code src[srcOffset]}. */
  void write(int cell, float[] src, int srcOffset);

  /** Reads one head's [headSize] of one cell. */
  void read(int cell, int head, float[] dst, int dstOffset);

  /** The first {@code size} elements of every head, sharing this memory; for reading only. */
  KvRows beginnings(int size);

  /** Where rows lie, for kernels that read them as they are stored; empty where no such can. */
  default Optional<CellMemory> memory() {
    return Optional.empty();
  }

  /** Copies a cell's row to another cell; asked for where {@link KvCache#takesTrees}. */
  default void move(int from, int to) {
    throw new IllegalStateException("rows that are rounded or evicted do not move");
  }

  /**
   * The memory that holds the first {@code tokens} cells, or all there is where that is less; empty
   * where it cannot be had in one piece.
   */
  default Optional<MemorySegment> stored(int tokens) {
    return Optional.empty();
  }

  /** Told when all layers have read what a batch wrote, with the tokens there are then. */
  default void settle(int length) {}

  /** Told when tokens from {@code length} on are forgotten. */
  default void truncate(int length) {}
}
