package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** 256 weights as 4-bit indices, 32 to a 6-bit scale: f16 d, u16 high, u8 low[4], u8 q[128]. */
final class IQ4_XSCodec extends BlockwiseCodec {
  IQ4_XSCodec() {
    super(QuantFormat.IQ4_XS);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset);
    int high = src.get(LittleEndian.SHORT, offset + 2) & 0xFFFF;
    for (int group = 0; group < 8; group++) {
      int low = LittleEndian.u8(src, offset + 4 + group / 2) >> 4 * (group % 2) & 0xF;
      float scale = d * ((low | (high >> 2 * group & 3) << 4) - 32);
      for (int i = 0; i < 16; i++) {
        int codes = LittleEndian.u8(src, offset + 8 + group * 16 + i);
        dst[dstOffset + group * 32 + i] = scale * CodeBooks.IQ4[codes & 0xF];
        dst[dstOffset + group * 32 + i + 16] = scale * CodeBooks.IQ4[codes >> 4];
      }
    }
  }
}
