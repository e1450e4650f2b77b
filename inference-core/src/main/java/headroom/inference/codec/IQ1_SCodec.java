package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/**
 * 256 weights on a ternary grid of eight dimensions, 32 to a 3-bit scale and the sign of a shift:
 * f16 d, u8 points[32], u16 [8] of four times three high bits of points, the scale and the sign.
 */
final class IQ1_SCodec extends BlockwiseCodec {
  /** {@code IQ1S_DELTA} of ggml-common.h. */
  private static final float SHIFT = 0.125f;

  IQ1_SCodec() {
    super(QuantFormat.IQ1_S);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset);
    for (int i = 0; i < 32; i++) {
      int high = src.get(LittleEndian.SHORT, offset + 34 + 2L * (i / 4)) & 0xFFFF;
      int point = LittleEndian.u8(src, offset + 2 + i) | (((high >> (3 * (i % 4))) & 7) << 8);
      float scale = d * (2 * ((high >> 12) & 7) + 1);
      float shift = (high & 0x8000) == 0 ? SHIFT : -SHIFT;
      Grids.shifted(point, shift, scale, dst, dstOffset + 8 * i);
    }
  }
}
