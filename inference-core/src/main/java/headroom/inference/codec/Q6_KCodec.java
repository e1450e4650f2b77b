package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** 256 weights in 6 bits, 16 to a scale: u8 low[128], u8 high[64], i8 scale[16], f16 d. */
final class Q6_KCodec extends BlockwiseCodec {
  Q6_KCodec() {
    super(QuantFormat.Q6_K);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset + 208);
    for (int i = 0; i < 256; i++) {
      int half = i / 128; // each half of the block has its own 64 low and 32 high bytes
      int quarter = i % 128 / 32;
      long low = offset + half * 64 + quarter % 2 * 32 + i % 32;
      long high = offset + 128 + half * 32 + i % 32;
      int code =
          LittleEndian.u8(src, low) >> 4 * (quarter / 2) & 0xF
              | (LittleEndian.u8(src, high) >> 2 * quarter & 3) << 4;
      dst[dstOffset + i] = d * LittleEndian.i8(src, offset + 192 + i / 16) * (code - 32);
    }
  }

  private static final SymmetricSearch SEARCH = new SymmetricSearch(32);

  @Override
  void encodeBlock(float[] src, int srcOffset, MemorySegment dst, long offset) {
    float[] scales = new float[16];
    for (int group = 0; group < 16; group++) {
      scales[group] = SEARCH.bestOfGrids(src, srcOffset + group * 16);
    }
    float furthest = Extremes.furthestFromZero(scales, 0, 16);
    if (Math.abs(furthest) < Extremes.NOTHING) {
      dst.asSlice(offset, 210).fill((byte) 0);
      return;
    }
    float inverse = -128 / furthest;
    LittleEndian.putF16(dst, offset + 208, 1 / inverse);
    float d = LittleEndian.f16(dst, offset + 208);
    int[] codes = new int[256];
    for (int group = 0; group < 16; group++) {
      int scale = Math.min(127, Extremes.nearest(inverse * scales[group]));
      LittleEndian.putByte(dst, offset + 192 + group, scale);
      SEARCH.codes(src, srcOffset, group * 16, d * scale, codes);
    }
    CodePacking.nibbles(codes, 64, dst, offset);
    CodePacking.pairs(codes, 4, dst, offset + 128);
  }
}
