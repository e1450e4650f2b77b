package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/**
 * 256 weights on a grid of eight dimensions, 16 to a 4-bit scale: f16 d, u8 points[32], u8
 * signs[32], u8 high bits of points[8] (two each), u8 scales[8].
 */
final class IQ2_SCodec extends BlockwiseCodec {
  IQ2_SCodec() {
    super(QuantFormat.IQ2_S);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset);
    for (int i = 0; i < 32; i++) {
      int low = LittleEndian.u8(src, offset + 2 + i);
      int high = (LittleEndian.u8(src, offset + 66 + i / 4) >> (2 * (i % 4))) & 3;
      int nibble = (LittleEndian.u8(src, offset + 74 + i / 4) >> (4 * (i % 4 / 2))) & 0xF;
      float scale = d * (0.5f + nibble) * 0.25f;
      int signs = LittleEndian.u8(src, offset + 34 + i);
      Grids.eight(Grids.IQ2_S, low | (high << 8), signs, scale, dst, dstOffset + 8 * i);
    }
  }
}
