package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Register;
import headroom.inference.assembler.x86.VectorWidth;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows of one vector lie in a tile, from where its registers point to.
 *
 * @param vectors of the tile
 * @param vector which of them
 * @param distance of the tile from the one that registers point to; null where it is that
 */
record TileRows(VectorWidth width, int vectors, int vector, @Nullable Register distance) {
  /** Rows of the tile. */
  int lanes() {
    return vectors * width.lanes();
  }

  private int first() {
    return vector * width.lanes();
  }

  private Memory at(Register base, int displacement) {
    return distance == null
        ? Memory.at(base, displacement)
        : Memory.at(base, distance, 1, displacement);
  }

  /** A word per row of the block's codes. */
  Memory codes(int line) {
    return at(KernelWriter.CODES, (line * vectors + vector) * width.bytes());
  }

  /** A byte per row, in an entry of the first plane of scales. */
  Memory bytes(int at) {
    return at(KernelWriter.SCALES, at + first());
  }

  /** A half per row, in an entry of the first plane of scales. */
  Memory halves(int which) {
    return at(KernelWriter.SCALES, Short.BYTES * (which * lanes() + first()));
  }

  /**
   * A half per row, in an entry of the second plane.
   *
   * @param which 0 for scales of scales, 1 for those of minimums
   */
  Memory supers(int which) {
    return at(KernelWriter.SUPERS, Short.BYTES * (which * lanes() + first()));
  }
}
