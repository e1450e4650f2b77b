package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** 128 weights of one bit, plus or minus the scale: f16 d, u8 bits[16]. */
final class Q1_0Codec extends BlockwiseCodec {
  Q1_0Codec() {
    super(QuantFormat.Q1_0);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset);
    for (int i = 0; i < 128; i++) {
      int bit = (LittleEndian.u8(src, offset + 2 + i / 8) >> (i % 8)) & 1;
      dst[dstOffset + i] = bit == 1 ? d : -d;
    }
  }
}
