package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** The upper half of a single-precision number. */
final class BF16Codec extends BlockwiseCodec {
  BF16Codec() {
    super(QuantFormat.BF16);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    dst[dstOffset] = Float.intBitsToFloat(src.get(LittleEndian.SHORT, offset) << 16);
  }

  @Override
  void decodeBlocks(MemorySegment src, long offset, float[] dst, int dstOffset, int count) {
    for (int i = 0; i < count; i++) {
      dst[dstOffset + i] = Float.intBitsToFloat(src.get(LittleEndian.SHORT, offset + 2L * i) << 16);
    }
  }

  /** Rounds to nearest even; a NaN stays one. */
  @Override
  void encodeBlock(float[] src, int srcOffset, MemorySegment dst, long offset) {
    int bits = Float.floatToRawIntBits(src[srcOffset]);
    int half =
        Float.isNaN(src[srcOffset])
            ? (bits >>> 16) | 0x40
            : (bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16;
    dst.set(LittleEndian.SHORT, offset, (short) half);
  }
}
