package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** 32 weights in 4 bits: f16 d, 16 bytes of two codes (i and i + 16); x = d (q - 8). */
final class Q4_0Codec extends BlockwiseCodec {
  Q4_0Codec() {
    super(QuantFormat.Q4_0);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset);
    for (int i = 0; i < 16; i++) {
      int codes = LittleEndian.u8(src, offset + 2 + i);
      dst[dstOffset + i] = ((codes & 0xF) - 8) * d;
      dst[dstOffset + i + 16] = ((codes >> 4) - 8) * d;
    }
  }

  @Override
  void encodeBlock(float[] src, int srcOffset, MemorySegment dst, long offset) {
    float d = Extremes.furthestFromZero(src, srcOffset, 32) / -8;
    float inverse = Extremes.inverse(d);
    LittleEndian.putF16(dst, offset, d);
    for (int i = 0; i < 16; i++) {
      int low = code(src[srcOffset + i] * inverse);
      int high = code(src[srcOffset + i + 16] * inverse);
      LittleEndian.putByte(dst, offset + 2 + i, low | high << 4);
    }
  }

  private static int code(float scaled) {
    return Math.min(15, (int) (scaled + 8.5f));
  }
}
