package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** 256 weights in 2 bits, 16 to a scale: u8 scale and min[16], u8 q[64], f16 d, f16 dmin. */
final class Q2_KCodec extends BlockwiseCodec {
  Q2_KCodec() {
    super(QuantFormat.Q2_K);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset + 80);
    float dmin = LittleEndian.f16(src, offset + 82);
    for (int group = 0; group < 16; group++) {
      int scaleAndMin = LittleEndian.u8(src, offset + group);
      float scale = d * (scaleAndMin & 0xF);
      float min = dmin * (scaleAndMin >> 4);
      // Eight groups share 32 bytes: two groups lie side by side, four pairs one above the other.
      long q = offset + 16 + (group / 8) * 32 + (group % 2) * 16;
      int shift = 2 * (group % 8 / 2);
      for (int i = 0; i < 16; i++) {
        dst[dstOffset++] = scale * (LittleEndian.u8(src, q + i) >> shift & 3) - min;
      }
    }
  }

  private static final AffineSearch SEARCH = new AffineSearch(3, -0.5f, 16, true);

  @Override
  void encodeBlock(float[] src, int srcOffset, MemorySegment dst, long offset) {
    int[] codes = new int[256];
    float[] weight = new float[16];
    float[] scales = new float[16];
    float[] mins = new float[16];
    for (int group = 0; group < 16; group++) {
      int at = srcOffset + group * 16;
      for (int i = 0; i < 16; i++) {
        weight[i] = Math.abs(src[at + i]);
      }
      SEARCH.search(src, at, 16, weight, codes, scales, mins, group);
    }
    float largestScale = Math.max(0, Extremes.largest(scales, 0, 16));
    float largestMin = Math.max(0, Extremes.largest(mins, 0, 16));
    float perScale = largestScale > 0 ? 15 / largestScale : 0;
    float perMin = largestMin > 0 ? 15 / largestMin : 0;
    LittleEndian.putF16(dst, offset + 80, largestScale / 15);
    LittleEndian.putF16(dst, offset + 82, largestMin / 15);
    float d = LittleEndian.f16(dst, offset + 80);
    float dmin = LittleEndian.f16(dst, offset + 82);
    for (int group = 0; group < 16; group++) {
      int scale = Extremes.nearest(perScale * scales[group]) & 0xF;
      int min = Extremes.nearest(perMin * mins[group]) & 0xF;
      LittleEndian.putByte(dst, offset + group, scale | min << 4);
      AffineSearch.codes(src, srcOffset, group * 16, 16, d * scale, dmin * min, 3, codes);
    }
    CodePacking.pairs(codes, 0, dst, offset + 16);
  }
}
