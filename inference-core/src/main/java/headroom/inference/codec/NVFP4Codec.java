package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** 64 weights as E2M1 floats, 16 to an unsigned E4M3 scale: u8 scale[4], 8 bytes for each. */
final class NVFP4Codec extends BlockwiseCodec {
  NVFP4Codec() {
    super(QuantFormat.NVFP4);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    for (int group = 0; group < 4; group++) {
      float d = halfScale(LittleEndian.u8(src, offset + group));
      for (int i = 0; i < 8; i++) {
        int codes = LittleEndian.u8(src, offset + 4 + group * 8 + i);
        dst[dstOffset + group * 16 + i] = CodeBooks.FP4_DOUBLED[codes & 0xF] * d;
        dst[dstOffset + group * 16 + i + 8] = CodeBooks.FP4_DOUBLED[codes >> 4] * d;
      }
    }
  }

  /**
   * Half of an E4M3 number (bias 7, 3 mantissa bits); its only NaN, 0x7F, reads as 0 as in ggml.
   */
  private static float halfScale(int bits) {
    int exponent = bits >> 3 & 0xF;
    int mantissa = bits & 7;
    if (bits == 0x7F) {
      return 0;
    }
    return exponent == 0
        ? Math.scalb((float) mantissa, -10)
        : Math.scalb(1 + mantissa / 8f, exponent - 8);
  }
}
