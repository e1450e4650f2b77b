package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/**
 * 256 weights on a grid of eight dimensions, 32 to a 4-bit scale: f16 d, then for each 32 u8
 * points[4] and u32 of four times seven signs and the scale.
 */
final class IQ2_XXSCodec extends BlockwiseCodec {
  IQ2_XXSCodec() {
    super(QuantFormat.IQ2_XXS);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset);
    for (int group = 0; group < 8; group++) {
      long points = offset + 2 + 8L * group;
      int scaleAndSigns = src.get(LittleEndian.INT, points + 4);
      float scale = d * (0.5f + (scaleAndSigns >>> 28)) * 0.25f;
      for (int i = 0; i < 4; i++) {
        int point = LittleEndian.u8(src, points + i);
        int signs = Grids.signs((scaleAndSigns >> (7 * i)) & 127);
        Grids.eight(Grids.IQ2_XXS, point, signs, scale, dst, dstOffset + 32 * group + 8 * i);
      }
    }
  }
}
