package headroom.inference.codec;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** 256 ternary weights, five to a byte in base 3: u8 q[48], u8 q[4] of four, f16 d. */
final class TQ1_0Codec extends BlockwiseCodec {
  TQ1_0Codec() {
    super(QuantFormat.TQ1_0);
  }

  @Override
  void decodeBlock(MemorySegment src, long offset, float[] dst, int dstOffset) {
    float d = LittleEndian.f16(src, offset + 52);
    int next = digits(src, offset, 32, 5, d, dst, dstOffset);
    next = digits(src, offset + 32, 16, 5, d, dst, next);
    digits(src, offset + 48, 4, 4, d, dst, next);
  }

  /** Writes the n-th digit of every byte before the next digit; returns where it stopped. */
  private static int digits(
      MemorySegment src, long offset, int bytes, int digits, float d, float[] dst, int dstOffset) {
    int power = 1;
    for (int n = 0; n < digits; n++, power *= 3) {
      for (int i = 0; i < bytes; i++) {
        // The byte is a fraction of 256: shifting digits out to the left leaves the next on top.
        int fraction = LittleEndian.u8(src, offset + i) * power & 0xFF;
        dst[dstOffset++] = ((fraction * 3 >> 8) - 1) * d;
      }
    }
    return dstOffset;
  }
}
