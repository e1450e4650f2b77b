package headroom.inference.codec;

import java.lang.foreign.MemorySegment;

/**
 * What encoding Q4_K and Q5_K has in common: eight groups of 32 weights, their scales and minima in
 * 6 bits each behind a common f16 scale and f16 minimum ({@code quantize_row_q4_K_ref}, {@code
 * quantize_row_q5_K_ref}).
 *
 * @param search of a group's scale and minimum
 */
record SuperBlock(AffineSearch search) {
  private static final int GROUPS = 8;
  private static final int GROUP = 32;

  /** Writes d, dmin and the packed scales, 16 bytes, and returns the 256 codes. */
  int[] encode(float[] src, int srcOffset, MemorySegment dst, long offset) {
    int[] codes = new int[GROUPS * GROUP];
    float[] weight = new float[GROUP];
    float[] scales = new float[GROUPS];
    float[] mins = new float[GROUPS];
    for (int group = 0; group < GROUPS; group++) {
      int at = srcOffset + group * GROUP;
      weigh(src, at, weight);
      search.search(src, at, GROUP, weight, codes, scales, mins, group);
    }
    float largestScale = Math.max(0, Extremes.largest(scales, 0, GROUPS));
    float largestMin = Math.max(0, Extremes.largest(mins, 0, GROUPS));
    int[] scaleCodes = sixBits(scales, largestScale);
    int[] minCodes = sixBits(mins, largestMin);
    LittleEndian.putF16(dst, offset, largestScale / 63);
    LittleEndian.putF16(dst, offset + 2, largestMin / 63);
    PackedScales.put(scaleCodes, minCodes, dst, offset + 4);
    float d = LittleEndian.f16(dst, offset);
    float dmin = LittleEndian.f16(dst, offset + 2);
    for (int group = 0; group < GROUPS; group++) {
      AffineSearch.codes(
          src,
          srcOffset,
          group * GROUP,
          GROUP,
          d * scaleCodes[group],
          dmin * minCodes[group],
          search.levels(),
          codes);
    }
    return codes;
  }

  /** Weights count by their magnitude, none less than the group's root mean square. */
  private static void weigh(float[] src, int at, float[] weight) {
    float squares = 0;
    for (int i = 0; i < GROUP; i++) {
      squares += src[at + i] * src[at + i];
    }
    float rms = (float) Math.sqrt(squares / GROUP);
    for (int i = 0; i < GROUP; i++) {
      weight[i] = rms + Math.abs(src[at + i]);
    }
  }

  private static int[] sixBits(float[] values, float largest) {
    float inverse = largest > 0 ? 63 / largest : 0;
    int[] codes = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      codes[i] = Math.min(63, Extremes.nearest(inverse * values[i]) & 0xFF);
    }
    return codes;
  }
}
