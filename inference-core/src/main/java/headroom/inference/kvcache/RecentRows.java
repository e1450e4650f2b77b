package headroom.inference.kvcache;

import headroom.inference.codec.BlockCodec;
import java.lang.foreign.MemorySegment;

/** The newest rows of a layer at full width, in a ring that later ones overwrite. */
final class RecentRows {
  private final CodecRows rows;
  private final int slots;
  private final int heads;
  private final int headSize;

  RecentRows(BlockCodec codec, int heads, int headSize, int slots, MemorySegment data) {
    this.rows = new CodecRows(codec, heads, headSize, data);
    this.slots = slots;
    this.heads = heads;
    this.headSize = headSize;
  }

  int rowSize() {
    return heads * headSize;
  }

  void write(int cell, float[] src, int srcOffset) {
    rows.write(cell % slots, src, srcOffset);
  }

  void read(int cell, int head, float[] dst, int dstOffset) {
    rows.read(cell % slots, head, dst, dstOffset);
  }

  /** The rows [cells, heads, headSize] from {@code first} on. */
  float[] read(int first, int cells) {
    float[] x = new float[cells * rowSize()];
    for (int i = 0; i < cells; i++) {
      for (int head = 0; head < heads; head++) {
        read(first + i, head, x, i * rowSize() + head * headSize);
      }
    }
    return x;
  }
}
