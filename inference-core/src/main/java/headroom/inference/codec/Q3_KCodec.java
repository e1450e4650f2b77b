package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** 256 weights in 3 bits, 16 to a scale: u8 third bits[32], u8 q[64], 6-bit scales[16], f16 d. */
final class Q3_KCodec extends BlockwiseCodec {
  Q3_KCodec() {
    super(QuantFormat.Q3_K);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset + 108);
    for (int group = 0; group < 16; group++) {
      float scale = d * (PackedScales.ofSixteen(src, offset + 96, group) - 32);
      int lane = (group % 2) * 16;
      long q = offset + 32 + (group / 8) * 32 + lane;
      int shift = 2 * (group % 8 / 2);
      int bit = group / 2;
      for (int i = 0; i < 16; i++) {
        int low = LittleEndian.u8(src, q + i) >> shift & 3;
        int third = LittleEndian.u8(src, offset + lane + i) >> bit & 1;
        dst[dstOffset++] = scale * (low - (third == 1 ? 0 : 4));
      }
    }
  }

  /** Six bits: the low four in bytes 0-7 (two groups a byte), the high two in bytes 8-11. */
  private static final SymmetricSearch SEARCH = new SymmetricSearch(4);

  @Override
  void encodeBlock(float[] src, int srcOffset, MemorySegment dst, long offset) {
    float[] scales = new float[16];
    for (int group = 0; group < 16; group++) {
      scales[group] = SEARCH.refined(src, srcOffset + group * 16);
    }
    float inverse = -32 * Extremes.inverse(Extremes.furthestFromZero(scales, 0, 16));
    LittleEndian.putF16(dst, offset + 108, Extremes.inverse(inverse));
    float d = LittleEndian.f16(dst, offset + 108);
    int[] scaleCodes = new int[16];
    int[] codes = new int[256];
    for (int group = 0; group < 16; group++) {
      int scale = Math.clamp(Extremes.nearest(inverse * scales[group]), -32, 31);
      scaleCodes[group] = inverse == 0 ? 0 : scale + 32;
      SEARCH.codes(src, srcOffset, group * 16, d * scale, codes);
    }
    CodePacking.bits(codes, 2, dst, offset);
    CodePacking.pairs(codes, 0, dst, offset + 32);
    putScales(scaleCodes, dst, offset + 96);
  }

  private static void putScales(int[] scales, MemorySegment dst, long offset) {
    for (int i = 0; i < 8; i++) {
      LittleEndian.putByte(dst, offset + i, scales[i] & 0xF | (scales[i + 8] & 0xF) << 4);
    }
    for (int i = 0; i < 4; i++) {
      int high = 0;
      for (int quarter = 0; quarter < 4; quarter++) {
        high |= scales[4 * quarter + i] >> 4 << 2 * quarter;
      }
      LittleEndian.putByte(dst, offset + 8 + i, high);
    }
  }
}
