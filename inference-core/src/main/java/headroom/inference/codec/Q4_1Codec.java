package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** 32 weights in 4 bits with a minimum: f16 d, f16 m, 16 bytes of two codes; x = d q + m. */
final class Q4_1Codec extends BlockwiseCodec {
  Q4_1Codec() {
    super(QuantFormat.Q4_1);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset);
    float m = LittleEndian.f16(src, offset + 2);
    for (int i = 0; i < 16; i++) {
      int codes = LittleEndian.u8(src, offset + 4 + i);
      dst[dstOffset + i] = (codes & 0xF) * d + m;
      dst[dstOffset + i + 16] = (codes >> 4) * d + m;
    }
  }

  @Override
  void encodeBlock(float[] src, int srcOffset, MemorySegment dst, long offset) {
    float min = Extremes.smallest(src, srcOffset, 32);
    float d = (Extremes.largest(src, srcOffset, 32) - min) / 15;
    float inverse = Extremes.inverse(d);
    LittleEndian.putF16(dst, offset, d);
    LittleEndian.putF16(dst, offset + 2, min);
    for (int i = 0; i < 16; i++) {
      int low = Math.min(15, (int) ((src[srcOffset + i] - min) * inverse + 0.5f));
      int high = Math.min(15, (int) ((src[srcOffset + i + 16] - min) * inverse + 0.5f));
      LittleEndian.putByte(dst, offset + 4 + i, low | high << 4);
    }
  }
}
