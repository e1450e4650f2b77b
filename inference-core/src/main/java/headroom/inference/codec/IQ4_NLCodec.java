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
}
