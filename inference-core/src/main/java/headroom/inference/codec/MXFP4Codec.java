package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** 32 weights as E2M1 floats times a power of two: u8 exponent, 16 bytes of two codes. */
final class MXFP4Codec extends BlockwiseCodec {
  MXFP4Codec() {
    super(QuantFormat.MXFP4);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = halfScale(LittleEndian.u8(src, offset));
    for (int i = 0; i < 16; i++) {
      int codes = LittleEndian.u8(src, offset + 1 + i);
      dst[dstOffset + i] = CodeBooks.FP4_DOUBLED[codes & 0xF] * d;
      dst[dstOffset + i + 16] = CodeBooks.FP4_DOUBLED[codes >> 4] * d;
    }
  }

  @Override
  void encodeBlock(float[] src, int srcOffset, MemorySegment dst, long offset) {
    float largest = Extremes.largestMagnitude(src, srcOffset, 32);
    int exponent = largest > 0 ? Math.max(0, Math.getExponent(largest) - 2 + 127) : 0;
    float d = halfScale(exponent);
    LittleEndian.putByte(dst, offset, exponent);
    for (int i = 0; i < 16; i++) {
      int low = nearest(src[srcOffset + i], d);
      int high = nearest(src[srcOffset + i + 16], d);
      LittleEndian.putByte(dst, offset + 1 + i, low | high << 4);
    }
  }

  /** 2^(e - 128): half the E8M0 scale, since the table holds doubled values. */
  private static float halfScale(int exponent) {
    return Math.scalb(1f, exponent - 128);
  }

  private static int nearest(float x, float d) {
    int best = 0;
    for (int i = 1; i < 16; i++) {
      if (Math.abs(CodeBooks.FP4_DOUBLED[i] * d - x)
          < Math.abs(CodeBooks.FP4_DOUBLED[best] * d - x)) {
        best = i;
      }
    }
    return best;
  }
}
