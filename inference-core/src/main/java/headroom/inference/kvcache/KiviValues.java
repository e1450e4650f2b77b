package headroom.inference.kvcache;

import java.lang.foreign.MemorySegment;

/**
 * Values after KIVI (arXiv 2402.02750, section 4.1): 32 channels of a token share a scale, so that
 * an unimportant token cannot spoil another. The newest {@code residual} tokens stay whole.
 */
final class KiviValues implements KvRows {
  private static final int GROUP = TwoBitGroup.SIZE;

  private final int heads;
  private final int headSize;
  private final int residual;
  private final RecentRows recent;
  private final MemorySegment data; // [cells, heads, ceil(headSize / 32)] groups
  private int quantised; // cells before this lie in data, the others in recent

  KiviValues(int heads, int headSize, int residual, RecentRows recent, MemorySegment data) {
    this.heads = heads;
    this.headSize = headSize;
    this.residual = residual;
    this.recent = recent;
    this.data = data;
  }

  /** Bytes of the quantised values of {@code cells} tokens. */
  static long bytes(int cells, int heads, int headSize) {
    return (long) cells * heads * Math.ceilDiv(headSize, GROUP) * TwoBitGroup.BYTES;
  }

  @Override
  public KvRows beginnings(int size) {
    throw new IllegalStateException("values have no beginnings; wanted keys");
  }

  @Override
  public void write(int cell, float[] src, int srcOffset) {
    recent.write(cell, src, srcOffset);
  }

  @Override
  public void read(int cell, int head, float[] dst, int dstOffset) {
    if (cell >= quantised) {
      recent.read(cell, head, dst, dstOffset);
      return;
    }
    long group = group(cell, head);
    for (int done = 0; done < headSize; done += GROUP, group += TwoBitGroup.BYTES) {
      TwoBitGroup.decode(data, group, Math.min(GROUP, headSize - done), dst, dstOffset + done);
    }
  }

  @Override
  public void settle(int length) {
    for (; quantised < length - residual; quantised++) {
      float[] x = recent.read(quantised, 1);
      for (int head = 0; head < heads; head++) {
        long group = group(quantised, head);
        for (int done = 0; done < headSize; done += GROUP, group += TwoBitGroup.BYTES) {
          int count = Math.min(GROUP, headSize - done);
          TwoBitGroup.encode(x, head * headSize + done, 1, count, data, group);
        }
      }
    }
  }

  /** Brings back, as they were rounded, the values that stand in the window again. */
  @Override
  public void truncate(int length) {
    int end = Math.clamp(length - residual, 0, quantised);
    float[] x = new float[heads * headSize];
    for (int cell = end; cell < Math.min(length, quantised); cell++) {
      for (int head = 0; head < heads; head++) {
        read(cell, head, x, head * headSize);
      }
      recent.write(cell, x, 0);
    }
    quantised = end;
  }

  private long group(int cell, int head) {
    return ((long) cell * heads + head) * Math.ceilDiv(headSize, GROUP) * TwoBitGroup.BYTES;
  }
}
