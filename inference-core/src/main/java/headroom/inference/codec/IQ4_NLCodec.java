package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** 32 weights as 4-bit indices into a table: f16 d, 16 bytes of two indices. */
final class IQ4_NLCodec extends BlockwiseCodec {
  IQ4_NLCodec() {
    super(QuantFormat.IQ4_NL);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset);
    for (int i = 0; i < 16; i++) {
      int codes = LittleEndian.u8(src, offset + 2 + i);
      dst[dstOffset + i] = d * CodeBooks.IQ4[codes & 0xF];
      dst[dstOffset + i + 16] = d * CodeBooks.IQ4[codes >> 4];
    }
  }

  /** As a cache is written: one scale tried, codes of that scale before it was fitted. */
  @Override
  void encodeBlock(float[] src, int srcOffset, MemorySegment dst, long offset) {
    float furthest = Extremes.furthestFromZero(src, srcOffset, 32);
    LittleEndian.putF16(dst, offset, CodeBookSearch.plainScale(src, srcOffset));
    putCodes(src, srcOffset, Extremes.inverse(furthest / CodeBooks.IQ4[0]), dst, offset + 2);
  }

  /** As files are written: the best of sixteen scales, codes of the one that was fitted. */
  @Override
  void encodeBlockCarefully(float[] src, int srcOffset, MemorySegment dst, long offset) {
    float scale = CodeBookSearch.bestScale(src, srcOffset);
    LittleEndian.putF16(dst, offset, scale);
    putCodes(src, srcOffset, Extremes.inverse(scale), dst, offset + 2);
  }

  /** Sixteen bytes of two codes, 16 weights apart. */
  static void putCodes(float[] src, int srcOffset, float inverse, MemorySegment dst, long offset) {
    for (int i = 0; i < 16; i++) {
      int low = CodeBookSearch.nearest(inverse * src[srcOffset + i]);
      int high = CodeBookSearch.nearest(inverse * src[srcOffset + i + 16]);
      LittleEndian.putByte(dst, offset + i, low | high << 4);
    }
  }
}
