package headroom.inference.kvcache;

import headroom.inference.codec.BlockCodec;
import java.lang.foreign.MemorySegment;

/**
 * The keys (or the values) of one layer: one row [heads, headSize] per cell, stored through a
 * codec, so that a quantised cache is no other class.
 */
public final class KvRows {
  private final BlockCodec codec;
  private final int heads;
  private final int headSize;
  private final long headBytes;
  private final MemorySegment data;

  KvRows(BlockCodec codec, int heads, int headSize, MemorySegment data) {
    this(codec, heads, headSize, codec.format().bytesFor(headSize).value(), data);
  }

  private KvRows(BlockCodec codec, int heads, int headSize, long headBytes, MemorySegment data) {
    this.codec = codec;
    this.heads = heads;
    this.headSize = headSize;
    this.headBytes = headBytes;
    this.data = data;
  }

  /** The first {@code size} elements of every head, sharing this memory; for reading only. */
  KvRows beginnings(int size) {
    return new KvRows(codec, heads, size, headBytes, data);
  }

  /** Stores the row [heads, headSize] that starts at {@code src[srcOffset]}. */
  public void write(int cell, float[] src, int srcOffset) {
    codec.encodeRow(src, srcOffset, heads * headSize, data, (long) cell * heads * headBytes);
  }

  /** Reads one head's [headSize] of one cell. */
  public void read(int cell, int head, float[] dst, int dstOffset) {
    codec.decodeRow(data, ((long) cell * heads + head) * headBytes, dst, dstOffset, headSize);
  }
}
