package headroom.inference.codec;

import java.lang.foreign.MemorySegment;

/**
 * The twelve bytes in which Q4_K and Q5_K keep eight 6-bit scales and eight 6-bit minima: the first
 * four of each in the low bits of bytes 0-3 and 4-7, the others split between bytes 8-11 and the
 * high bits of bytes 0-7 ({@code get_scale_min_k4} of ggml-quants.c). Q3_K keeps sixteen scales in
 * as many: four low bits each in bytes 0-7, two high bits each in bytes 8-11.
 */
public final class PackedScales {
  private PackedScales() {}

  /** The scale of sub-block 0 to 7. */
  public static int scale(MemorySegment src, long scales, int group) {
    return group < 4
        ? LittleEndian.u8(src, scales + group) & 63
        : LittleEndian.u8(src, scales + group + 4) & 0xF
            | LittleEndian.u8(src, scales + group - 4) >> 6 << 4;
  }

  /** The minimum of sub-block 0 to 7. */
  public static int min(MemorySegment src, long scales, int group) {
    return group < 4
        ? LittleEndian.u8(src, scales + group + 4) & 63
        : LittleEndian.u8(src, scales + group + 4) >> 4
            | LittleEndian.u8(src, scales + group) >> 6 << 4;
  }

  /** One of the sixteen 6-bit scales of Q3_K's twelve bytes. */
  public static int ofSixteen(MemorySegment src, long scales, int group) {
    int low = LittleEndian.u8(src, scales + group % 8) >> 4 * (group / 8) & 0xF;
    int high = LittleEndian.u8(src, scales + 8 + group % 4) >> 2 * (group / 4) & 3;
    return low | high << 4;
  }

  /** All eight scales, one to a byte, the first in the lowest. */
  public static long scales(MemorySegment src, long offset) {
    int first = src.get(LittleEndian.INT, offset);
    int third = src.get(LittleEndian.INT, offset + 8);
    return join(first, third & 0x0F0F0F0F);
  }

  /** All eight minima, one to a byte, the first in the lowest. */
  public static long mins(MemorySegment src, long offset) {
    int second = src.get(LittleEndian.INT, offset + 4);
    int third = src.get(LittleEndian.INT, offset + 8);
    return join(second, third >>> 4 & 0x0F0F0F0F);
  }

  /** Writes eight scales and eight minima, 0 to 63 each. */
  static void put(int[] scales, int[] mins, MemorySegment dst, long offset) {
    for (int i = 0; i < 4; i++) {
      LittleEndian.putByte(dst, offset + i, scales[i] | scales[i + 4] >> 4 << 6);
      LittleEndian.putByte(dst, offset + 4 + i, mins[i] | mins[i + 4] >> 4 << 6);
      LittleEndian.putByte(dst, offset + 8 + i, scales[i + 4] & 0xF | (mins[i + 4] & 0xF) << 4);
    }
  }

  private static long join(int source, int nibbles) {
    int highFour = nibbles | (source >>> 6 & 0x03030303) << 4;
    return source & 0x3F3F3F3FL | (long) highFour << 32;
  }
}
