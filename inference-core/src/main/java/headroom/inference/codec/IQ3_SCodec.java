package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/**
 * 256 weights on a grid of four dimensions, 32 to a 4-bit scale: f16 d, u8 points[64], u8 ninth
 * bits of points[8], u8 signs[32], u8 scales[4].
 */
final class IQ3_SCodec extends BlockwiseCodec {
  IQ3_SCodec() {
    super(QuantFormat.IQ3_S);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset);
    for (int i = 0; i < 64; i++) {
      int low = LittleEndian.u8(src, offset + 2 + i);
      int ninth = (LittleEndian.u8(src, offset + 66 + i / 8) >> (i % 8)) & 1;
      int signs = LittleEndian.u8(src, offset + 74 + i / 2) >> (4 * (i % 2));
      int nibble = (LittleEndian.u8(src, offset + 106 + i / 16) >> (4 * (i % 16 / 8))) & 0xF;
      float scale = d * (1 + 2 * nibble);
      Grids.four(Grids.IQ3_S, low | (ninth << 8), signs, scale, dst, dstOffset + 4 * i);
    }
  }
}
