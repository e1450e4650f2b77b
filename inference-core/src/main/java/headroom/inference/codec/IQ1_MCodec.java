package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/**
 * 256 weights on a ternary grid of eight dimensions, 16 to a 3-bit scale and 8 to the sign of a
 * shift: u8 points[32], u8 [16] of two times three high bits of points and a sign, u16 scales[4] of
 * four scales and four bits of an f16 d, the lowest first.
 */
final class IQ1_MCodec extends BlockwiseCodec {
  /** {@code IQ1M_DELTA} of ggml-common.h. */
  private static final float SHIFT = 0.125f;

  IQ1_MCodec() {
    super(QuantFormat.IQ1_M);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = scaleOfBlock(src, offset + 48);
    for (int i = 0; i < 32; i++) {
      int high = LittleEndian.u8(src, offset + 32 + i / 2) >> (4 * (i % 2));
      int point = LittleEndian.u8(src, offset + i) | ((high & 7) << 8);
      int four = src.get(LittleEndian.SHORT, offset + 48 + 2L * (i / 8)) & 0xFFFF;
      float scale = d * (2 * ((four >> (3 * (i % 8 / 2))) & 7) + 1);
      float shift = (high & 8) == 0 ? SHIFT : -SHIFT;
      Grids.shifted(point, shift, scale, dst, dstOffset + 8 * i);
    }
  }

  private static float scaleOfBlock(MemorySegment src, long scales) {
    int half = 0;
    for (int i = 0; i < 4; i++) {
      half |= ((src.get(LittleEndian.SHORT, scales + 2L * i) >> 12) & 0xF) << (4 * i);
    }
    return Float.float16ToFloat((short) half);
  }
}
