package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** IEEE 754 half precision. */
final class F16Codec extends BlockwiseCodec {
  F16Codec() {
    super(QuantFormat.F16);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    dst[dstOffset] = LittleEndian.f16(src, offset);
  }

  @Override
  void decodeBlocks(MemorySegment src, long offset, float[] dst, int dstOffset, int count) {
    for (int i = 0; i < count; i++) {
      dst[dstOffset + i] = LittleEndian.f16(src, offset + 2L * i);
    }
  }

  @Override
  void encodeBlocks(float[] src, int srcOffset, int count, MemorySegment dst, long offset) {
    for (int i = 0; i < count; i++) {
      LittleEndian.putF16(dst, offset + 2L * i, src[srcOffset + i]);
    }
  }

  @Override
  void encodeBlock(float[] src, int srcOffset, MemorySegment dst, long offset) {
    LittleEndian.putF16(dst, offset, src[srcOffset]);
  }
}
