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
    for (int group = 0; group < 4; group++) {
      int half = group / 2; // each half of the block has its own 64 low and 32 high bytes
      int first = group % 2 * 16;
      long scales = offset + 192 + half * 8 + group % 2;
      float a = d * LittleEndian.i8(src, scales);
      float b = d * LittleEndian.i8(src, scales + 2);
      float c = d * LittleEndian.i8(src, scales + 4);
      float e = d * LittleEndian.i8(src, scales + 6);
      // Every byte is read once: until this is compiled, reading is what it takes time for.
      for (int i = first; i < first + 16; i++) {
        int low = LittleEndian.u8(src, offset + half * 64 + i);
        int next = LittleEndian.u8(src, offset + half * 64 + 32 + i);
        int high = LittleEndian.u8(src, offset + 128 + half * 32 + i);
        int at = dstOffset + half * 128 + i;
        dst[at] = a * ((low & 0xF | (high & 3) << 4) - 32);
        dst[at + 32] = b * ((next & 0xF | (high >> 2 & 3) << 4) - 32);
        dst[at + 64] = c * ((low >> 4 | (high >> 4 & 3) << 4) - 32);
        dst[at + 96] = e * ((next >> 4 | high >> 6 << 4) - 32);
      }
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
