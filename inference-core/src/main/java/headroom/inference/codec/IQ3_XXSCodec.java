package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/**
 * 256 weights on a grid of four dimensions, 32 to a 4-bit scale: f16 d, u8 points[64], u32 of four
 * times seven signs and the scale [8].
 */
final class IQ3_XXSCodec extends BlockwiseCodec {
  IQ3_XXSCodec() {
    super(QuantFormat.IQ3_XXS);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset);
    for (int group = 0; group < 8; group++) {
      int scaleAndSigns = src.get(LittleEndian.INT, offset + 66 + 4L * group);
      float scale = d * (0.5f + (scaleAndSigns >>> 28)) * 0.5f;
      for (int i = 0; i < 8; i++) {
        int point = LittleEndian.u8(src, offset + 2 + 8L * group + i);
        int signs = Grids.signs((scaleAndSigns >> (7 * (i / 2))) & 127) >> (4 * (i % 2));
        Grids.four(Grids.IQ3_XXS, point, signs, scale, dst, dstOffset + 32 * group + 4 * i);
      }
    }
  }
}
