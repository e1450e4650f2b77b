package headroom.inference.kvcache;

import org.jspecify.annotations.Nullable;

/** Rows of which some are evicted; cells are counted among those that are left. */
final class SelectedRows implements KvRows {
  private final CodecRows rows;
  private final Slots slots;
  private @Nullable KeyTurn turn;

  SelectedRows(CodecRows rows, Slots slots) {
    this.rows = rows;
    this.slots = slots;
  }

  void turnedBy(KeyTurn rotation) {
    turn = rotation;
  }

  @Override
  public KvRows beginnings(int size) {
    throw new IllegalStateException("latent keys are refused before; wanted keys and values apart");
  }

  @Override
  public void write(int cell, float[] src, int srcOffset) {
    rows.writeHeads(head -> slots.of(head, cell), src, srcOffset);
  }

  @Override
  public void read(int cell, int head, float[] dst, int dstOffset) {
    rows.read(slots.of(head, cell), head, dst, dstOffset);
    if (turn != null) {
      turn.turn(cell, dst, dstOffset);
    }
  }
}
