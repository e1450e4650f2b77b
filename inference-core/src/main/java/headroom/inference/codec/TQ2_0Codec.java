package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** 256 ternary weights in 2 bits: u8 q[64], f16 d; x = d (q - 1). */
final class TQ2_0Codec extends BlockwiseCodec {
  TQ2_0Codec() {
    super(QuantFormat.TQ2_0);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset + 64);
    for (int i = 0; i < 256; i++) {
      int byteIndex = i / 128 * 32 + i % 32;
      int shift = 2 * (i % 128 / 32);
      dst[dstOffset + i] = ((LittleEndian.u8(src, offset + byteIndex) >> shift & 3) - 1) * d;
    }
  }
}
