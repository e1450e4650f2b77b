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
      float scale = d * (scale(src, offset + 96, group) - 32);
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
  private static int scale(MemorySegment src, long scales, int group) {
    int low = LittleEndian.u8(src, scales + group % 8) >> 4 * (group / 8) & 0xF;
    int high = LittleEndian.u8(src, scales + 8 + group % 4) >> 2 * (group / 4) & 3;
    return low | high << 4;
  }
}
