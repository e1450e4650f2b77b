package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** 32 weights in 5 bits: f16 d, u32 of fifth bits, 16 bytes of two codes; x = d (q - 16). */
final class Q5_0Codec extends BlockwiseCodec {
  Q5_0Codec() {
    super(QuantFormat.Q5_0);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset);
    int fifth = src.get(LittleEndian.INT, offset + 2);
    for (int i = 0; i < 16; i++) {
      int codes = LittleEndian.u8(src, offset + 6 + i);
      dst[dstOffset + i] = ((codes & 0xF | (fifth >>> i & 1) << 4) - 16) * d;
      dst[dstOffset + i + 16] = ((codes >> 4 | (fifth >>> i + 16 & 1) << 4) - 16) * d;
    }
  }

  @Override
  void encodeBlock(float[] src, int srcOffset, MemorySegment dst, long offset) {
    float d = Extremes.furthestFromZero(src, srcOffset, 32) / -16;
    float inverse = Extremes.inverse(d);
    int fifth = 0;
    for (int i = 0; i < 16; i++) {
      int low = code(src[srcOffset + i] * inverse);
      int high = code(src[srcOffset + i + 16] * inverse);
      LittleEndian.putByte(dst, offset + 6 + i, low & 0xF | (high & 0xF) << 4);
      fifth |= low >> 4 << i | high >> 4 << i + 16;
    }
    LittleEndian.putF16(dst, offset, d);
    dst.set(LittleEndian.INT, offset + 2, fifth);
  }

  private static int code(float scaled) {
    return Math.min(31, (int) (scaled + 16.5f));
  }
}
