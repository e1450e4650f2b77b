package headroom.inference.kvcache;

import java.lang.foreign.MemorySegment;

/**
 * Keys after KIVI (arXiv 2402.02750, section 4.1): each channel of 32 tokens shares a scale, for
 * outliers sit in channels. Newest keys stay whole until {@code residual} of them are there, which
 * are then quantised together.
 */
final class KiviKeys implements KvRows {
  private static final int GROUP = TwoBitGroup.SIZE;

  private final int heads;
  private final int headSize;
  private final int residual;
  private final RecentRows recent;
  private final MemorySegment data; // [cells / 32, heads, headSize] groups
  private int quantised; // cells before this lie in data, the others in recent

  KiviKeys(int heads, int headSize, int residual, RecentRows recent, MemorySegment data) {
    this.heads = heads;
    this.headSize = headSize;
    this.residual = residual;
    this.recent = recent;
    this.data = data;
  }

  /** Bytes of the quantised keys of {@code cells} tokens. */
  static long bytes(int cells, int heads, int headSize) {
    return (long) Math.ceilDiv(cells, GROUP) * heads * headSize * TwoBitGroup.BYTES;
  }

  @Override
  public KvRows beginnings(int size) {
    throw new CacheFormatException(
        "kivi-2 keeps keys and values apart; this model keeps one latent for both: use f16 or q8_0");
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
    long group = group(cell / GROUP, head, 0);
    for (int channel = 0; channel < headSize; channel++, group += TwoBitGroup.BYTES) {
      dst[dstOffset + channel] = TwoBitGroup.decode(data, group, cell % GROUP);
    }
  }

  @Override
  public void settle(int length) {
    int end = length / residual * residual;
    for (; quantised < end; quantised += GROUP) {
      float[] x = recent.read(quantised, GROUP);
      for (int head = 0; head < heads; head++) {
        for (int channel = 0; channel < headSize; channel++) {
          int at = head * headSize + channel;
          TwoBitGroup.encode(
              x, at, heads * headSize, GROUP, data, group(quantised / GROUP, head, channel));
        }
      }
    }
  }

  /** Brings back, as they were rounded, the keys that stand in the window again. */
  @Override
  public void truncate(int length) {
    int end = Math.min(quantised, length / residual * residual);
    float[] x = new float[heads * headSize];
    for (int cell = end; cell < Math.min(length, quantised); cell++) {
      for (int head = 0; head < heads; head++) {
        read(cell, head, x, head * headSize);
      }
      recent.write(cell, x, 0);
    }
    quantised = end;
  }

  private long group(int tokens, int head, int channel) {
    return (((long) tokens * heads + head) * headSize + channel) * TwoBitGroup.BYTES;
  }
}
