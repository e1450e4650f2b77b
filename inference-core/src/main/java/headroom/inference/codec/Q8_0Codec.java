package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** 32 weights as signed bytes times one half-precision scale: f16 d, i8 q[32]; x = d q. */
final class Q8_0Codec extends BlockwiseCodec {
  Q8_0Codec() {
    super(QuantFormat.Q8_0);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset);
    for (int i = 0; i < 32; i++) {
      dst[dstOffset + i] = LittleEndian.i8(src, offset + 2 + i) * d;
    }
  }

  @Override
  void encodeBlock(float[] src, int srcOffset, MemorySegment dst, long offset) {
    float d = Extremes.largestMagnitude(src, srcOffset, 32) / 127;
    float inverse = Extremes.inverse(d);
    LittleEndian.putF16(dst, offset, d);
    for (int i = 0; i < 32; i++) {
      LittleEndian.putByte(dst, offset + 2 + i, Extremes.round(src[srcOffset + i] * inverse));
    }
  }
}
