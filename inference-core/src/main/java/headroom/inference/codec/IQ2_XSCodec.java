package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/**
 * 256 weights on a grid of eight dimensions, 16 to a 4-bit scale: f16 d, u16 points and signs[32]
 * (nine bits and seven), u8 scales[8].
 */
final class IQ2_XSCodec extends BlockwiseCodec {
  IQ2_XSCodec() {
    super(QuantFormat.IQ2_XS);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset);
    for (int i = 0; i < 32; i++) {
      int packed = src.get(LittleEndian.SHORT, offset + 2 + 2L * i) & 0xFFFF;
      int nibble = (LittleEndian.u8(src, offset + 66 + i / 4) >> (4 * (i % 4 / 2))) & 0xF;
      float scale = d * (0.5f + nibble) * 0.25f;
      int signs = Grids.signs(packed >> 9);
      Grids.eight(Grids.IQ2_XS, packed & 511, signs, scale, dst, dstOffset + 8 * i);
    }
  }
}
