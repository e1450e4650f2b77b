package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** Single precision. */
final class F32Codec extends BlockwiseCodec {
  F32Codec() {
    super(QuantFormat.F32);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    dst[dstOffset] = src.get(LittleEndian.FLOAT, offset);
  }

  @Override
  void decodeBlocks(MemorySegment src, long offset, float[] dst, int dstOffset, int count) {
    MemorySegment.copy(src, LittleEndian.FLOAT, offset, dst, dstOffset, count);
  }

  @Override
  void encodeBlocks(float[] src, int srcOffset, int count, MemorySegment dst, long offset) {
    MemorySegment.copy(src, srcOffset, dst, LittleEndian.FLOAT, offset, count);
  }

  @Override
  void encodeBlock(float[] src, int srcOffset, MemorySegment dst, long offset) {
    dst.set(LittleEndian.FLOAT, offset, src[srcOffset]);
  }
}
