package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** 64 weights of two bits, the scale times -1, 0, 1 or 2: f16 d, u8 q[16]. */
final class Q2_0Codec extends BlockwiseCodec {
  Q2_0Codec() {
    super(QuantFormat.Q2_0);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset);
    for (int i = 0; i < 64; i++) {
      int code = (LittleEndian.u8(src, offset + 2 + i / 4) >> (2 * (i % 4))) & 3;
      dst[dstOffset + i] = (code - 1) * d;
    }
  }
}
