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

  @Override
  void encodeBlock(float[] src, int srcOffset, MemorySegment dst, long offset) {
    float[] scales = new float[8];
    for (int group = 0; group < 8; group++) {
      scales[group] = CodeBookSearch.bestScale(src, srcOffset + group * 32);
    }
    float d = -Extremes.furthestFromZero(scales, 0, 8) / 32;
    float inverse = Extremes.inverse(d);
    LittleEndian.putF16(dst, offset, d);
    int low = 0;
    int high = 0;
    for (int group = 0; group < 8; group++) {
      int scale = Math.clamp(Extremes.nearest(inverse * scales[group]), -32, 31);
      low |= (scale + 32 & 0xF) << 4 * group;
      high |= (scale + 32 >> 4) << 2 * group;
      IQ4_NLCodec.putCodes(
          src, srcOffset + group * 32, Extremes.inverse(d * scale), dst, offset + 8 + group * 16);
    }
    dst.set(LittleEndian.SHORT, offset + 2, (short) high);
    dst.set(LittleEndian.INT, offset + 4, low);
  }
}
