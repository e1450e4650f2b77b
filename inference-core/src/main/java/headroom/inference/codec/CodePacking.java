package headroom.inference.codec;

import java.lang.foreign.MemorySegment;

/**
 * How the K formats lay the parts of 256 codes into bytes: codes that share a byte lie 32 or 64
 * apart, so that a vector register of bytes holds neighbours.
 */
final class CodePacking {
  private CodePacking() {}

  /** Low four bits, codes {@code stride} (32 or 64) apart sharing a byte: 128 bytes. */
  static void nibbles(int[] codes, int stride, MemorySegment dst, long offset) {
    for (int first = 0; first < 256; first += 2 * stride) {
      for (int i = first; i < first + stride; i++) {
        LittleEndian.putByte(dst, offset++, codes[i] & 0xF | (codes[i + stride] & 0xF) << 4);
      }
    }
  }

  /** The two bits above {@code shift}, four codes 32 apart to a byte: 64 bytes. */
  static void pairs(int[] codes, int shift, MemorySegment dst, long offset) {
    for (int first = 0; first < 256; first += 128) {
      for (int i = first; i < first + 32; i++) {
        int packed = 0;
        for (int quarter = 0; quarter < 4; quarter++) {
          packed |= (codes[i + 32 * quarter] >> shift & 3) << 2 * quarter;
        }
        LittleEndian.putByte(dst, offset++, packed);
      }
    }
  }

  /** The bit above {@code shift}, eight codes 32 apart to a byte: 32 bytes. */
  static void bits(int[] codes, int shift, MemorySegment dst, long offset) {
    for (int i = 0; i < 32; i++) {
      int packed = 0;
      for (int eighth = 0; eighth < 8; eighth++) {
        packed |= (codes[i + 32 * eighth] >> shift & 1) << eighth;
      }
      LittleEndian.putByte(dst, offset++, packed);
    }
  }
}
