package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** 256 weights in 5 bits: f16 d, f16 dmin, {@link PackedScales}, u8 fifth bits[32], u8 q[128]. */
final class Q5_KCodec extends BlockwiseCodec {
  Q5_KCodec() {
    super(QuantFormat.Q5_K);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset);
    float dmin = LittleEndian.f16(src, offset + 2);
    for (int group = 0; group < 8; group++) {
      float scale = d * PackedScales.scale(src, offset + 4, group);
      float min = dmin * PackedScales.min(src, offset + 4, group);
      long q = offset + 48 + (group / 2) * 32;
      int shift = 4 * (group % 2);
      for (int i = 0; i < 32; i++) {
        int fifth = LittleEndian.u8(src, offset + 16 + i) >> group & 1;
        dst[dstOffset++] =
            scale * ((LittleEndian.u8(src, q + i) >> shift & 0xF) + (fifth << 4)) - min;
      }
    }
  }

  private static final SuperBlock BLOCK = new SuperBlock(new AffineSearch(31, -0.5f, 16, false));

  @Override
  void encodeBlock(float[] src, int srcOffset, MemorySegment dst, long offset) {
    int[] codes = BLOCK.encode(src, srcOffset, dst, offset);
    CodePacking.bits(codes, 4, dst, offset + 16);
    CodePacking.nibbles(codes, 32, dst, offset + 48);
  }
}
