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
}
