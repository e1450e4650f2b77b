package headroom.inference.kvcache;

import headroom.inference.codec.BlockCodec;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Rows whose blocks several heads share, for models of small heads: a head of 8 elements has a
 * quarter of a block of 32.
 */
final class SharedBlockRows implements KvRows {
  private final BlockCodec codec;
  private final int rowSize;
  private final int headSize;
  private final int readSize;
  private final long rowBytes;
  private final MemorySegment data;
  private final ThreadLocal<float[]> row;

  /**
   * @param rowSize elements of all heads, whole blocks
   * @param readSize elements of a head that are read
   */
  SharedBlockRows(BlockCodec codec, int rowSize, int headSize, int readSize, MemorySegment data) {
    this.codec = codec;
    this.rowSize = rowSize;
    this.headSize = headSize;
    this.readSize = readSize;
    this.rowBytes = codec.format().bytesFor(rowSize).value();
    this.data = data;
    this.row = ThreadLocal.withInitial(() -> new float[rowSize]);
  }

  @Override
  public KvRows beginnings(int size) {
    return new SharedBlockRows(codec, rowSize, headSize, size, data);
  }

  @Override
  public void write(int cell, float[] src, int srcOffset) {
    codec.encodeRow(src, srcOffset, rowSize, data, cell * rowBytes);
  }

  @Override
  public void read(int cell, int head, float[] dst, int dstOffset) {
    int block = codec.format().weightsPerBlock();
    int first = head * headSize / block * block;
    int end = Math.ceilDiv(head * headSize + readSize, block) * block;
    float[] decoded = row.get();
    codec.decodeRow(
        data, cell * rowBytes + codec.format().bytesFor(first).value(), decoded, 0, end - first);
    System.arraycopy(decoded, head * headSize - first, dst, dstOffset, readSize);
  }

  @Override
  public Optional<MemorySegment> stored(int tokens) {
    return Optional.of(data.asSlice(0, Math.min(data.byteSize(), tokens * (rowBytes))));
  }

  @Override
  public void move(int from, int to) {
    long size = rowBytes;
    MemorySegment.copy(data, from * size, data, to * size, size);
  }
}
