package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** 256 weights in 4 bits, 32 to a scale: f16 d, f16 dmin, {@link PackedScales}, u8 q[128]. */
final class Q4_KCodec extends BlockwiseCodec {
  Q4_KCodec() {
    super(QuantFormat.Q4_K);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset);
    float dmin = LittleEndian.f16(src, offset + 2);
    for (int group = 0; group < 8; group++) {
      float scale = d * PackedScales.scale(src, offset + 4, group);
      float min = dmin * PackedScales.min(src, offset + 4, group);
      long q = offset + 16 + (group / 2) * 32;
      int shift = 4 * (group % 2);
      for (int i = 0; i < 32; i++) {
        dst[dstOffset++] = scale * (LittleEndian.u8(src, q + i) >> shift & 0xF) - min;
      }
    }
  }

  private static final SuperBlock BLOCK = new SuperBlock(new AffineSearch(15, -1, 21, false));

  @Override
  void encodeBlock(float[] src, int srcOffset, MemorySegment dst, long offset) {
    int[] codes = BLOCK.encode(src, srcOffset, dst, offset);
    CodePacking.nibbles(codes, 32, dst, offset + 16);
  }
}
