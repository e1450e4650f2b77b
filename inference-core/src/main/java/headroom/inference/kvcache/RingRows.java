package headroom.inference.kvcache;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Rows of a layer whose queries see the last tokens only: later ones take the place of those that
 * nobody will see again.
 */
final class RingRows implements KvRows {
  private final KvRows rows;
  private final int slots;

  /**
   * @param rows as many as there are slots
   * @param slots a window and a batch
   */
  RingRows(KvRows rows, int slots) {
    this.rows = rows;
    this.slots = slots;
  }

  @Override
  public KvRows beginnings(int size) {
    return new RingRows(rows.beginnings(size), slots);
  }

  @Override
  public void write(int cell, float[] src, int srcOffset) {
    rows.write(cell % slots, src, srcOffset);
  }

  @Override
  public void read(int cell, int head, float[] dst, int dstOffset) {
    rows.read(cell % slots, head, dst, dstOffset);
  }

  @Override
  public Optional<MemorySegment> stored(int tokens) {
    return rows.stored(Math.min(tokens, slots));
  }

  @Override
  public void move(int from, int to) {
    rows.move(from % slots, to % slots);
  }
}
