package headroom.inference.kvcache;

import headroom.inference.codec.BlockCodec;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/** Rows stored through a codec, a whole number of blocks for each head. */
final class CodecRows implements KvRows {
  private final BlockCodec codec;
  private final int heads;
  private final int headSize;
  private final long headBytes;
  private final MemorySegment data;
  private final Optional<CellMemory> memory;

  CodecRows(BlockCodec codec, int heads, int headSize, MemorySegment data) {
    this(codec, heads, headSize, codec.format().bytesFor(headSize).value(), data);
  }

  private CodecRows(BlockCodec codec, int heads, int headSize, long headBytes, MemorySegment data) {
    this.codec = codec;
    this.heads = heads;
    this.headSize = headSize;
    this.headBytes = headBytes;
    this.data = data;
    this.memory =
        data.isNative()
            ? Optional.of(new CellMemory(codec.format(), data, heads, headBytes))
            : Optional.empty();
  }

  @Override
  public Optional<CellMemory> memory() {
    return memory;
  }

  @Override
  public KvRows beginnings(int size) {
    return new CodecRows(codec, heads, size, headBytes, data);
  }

  @Override
  public void write(int cell, float[] src, int srcOffset) {
    codec.encodeRow(src, srcOffset, heads * headSize, data, (long) cell * heads * headBytes);
  }

  /** Stores each head of a row in the cell that it has for itself. */
  void writeHeads(IntUnaryOperator cellOf, float[] src, int srcOffset) {
    for (int head = 0; head < heads; head++) {
      long at = ((long) cellOf.applyAsInt(head) * heads + head) * headBytes;
      codec.encodeRow(src, srcOffset + head * headSize, headSize, data, at);
    }
  }

  @Override
  public void read(int cell, int head, float[] dst, int dstOffset) {
    codec.decodeRow(data, ((long) cell * heads + head) * headBytes, dst, dstOffset, headSize);
  }

  @Override
  public Optional<MemorySegment> stored(int tokens) {
    return Optional.of(data.asSlice(0, Math.min(data.byteSize(), tokens * (heads * headBytes))));
  }

  @Override
  public void move(int from, int to) {
    long size = heads * headBytes;
    MemorySegment.copy(data, from * size, data, to * size, size);
  }
}
