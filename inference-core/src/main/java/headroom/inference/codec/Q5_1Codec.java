package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** 32 weights in 5 bits with a minimum: f16 d, f16 m, u32 of fifth bits, 16 bytes; x = d q + m. */
final class Q5_1Codec extends BlockwiseCodec {
  Q5_1Codec() {
    super(QuantFormat.Q5_1);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset);
    float m = LittleEndian.f16(src, offset + 2);
    int fifth = src.get(LittleEndian.INT, offset + 4);
    for (int i = 0; i < 16; i++) {
      int codes = LittleEndian.u8(src, offset + 8 + i);
      dst[dstOffset + i] = (codes & 0xF | (fifth >>> i & 1) << 4) * d + m;
      dst[dstOffset + i + 16] = (codes >> 4 | (fifth >>> i + 16 & 1) << 4) * d + m;
    }
  }

  @Override
  void encodeBlock(float[] src, int srcOffset, MemorySegment dst, long offset) {
    float min = Extremes.smallest(src, srcOffset, 32);
    float d = (Extremes.largest(src, srcOffset, 32) - min) / 31;
    float inverse = Extremes.inverse(d);
    int fifth = 0;
    for (int i = 0; i < 16; i++) {
      int low = (int) ((src[srcOffset + i] - min) * inverse + 0.5f);
      int high = (int) ((src[srcOffset + i + 16] - min) * inverse + 0.5f);
      LittleEndian.putByte(dst, offset + 8 + i, low & 0xF | (high & 0xF) << 4);
      fifth |= low >> 4 << i | high >> 4 << i + 16;
    }
    LittleEndian.putF16(dst, offset, d);
    LittleEndian.putF16(dst, offset + 2, min);
    dst.set(LittleEndian.INT, offset + 4, fifth);
  }
}
