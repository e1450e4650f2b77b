package headroom.inference.codec;

/**
 * The points that an IQ format rounds groups of weights to: eight weights a point in IQ1 and IQ2,
 * four in IQ3. Each table is [points * weights], the weights of a point beside each other.
 */
final class Grids {
  private static final byte[] TERNARY = {-1, 0, 1};
  private static final byte[] THREE_LEVELS = {8, 25, 43};
  private static final byte[] EIGHT_LEVELS = {4, 12, 20, 28, 36, 44, 52, 62};
  private static final byte[] ODD = {1, 3, 5, 7, 9, 11, 13, 15};

  static final byte[] IQ1 = unpack(GridTables.IQ1, 8, TERNARY);
  static final byte[] IQ2_XXS = unpack(GridTables.IQ2_XXS, 8, THREE_LEVELS);
  static final byte[] IQ2_XS = unpack(GridTables.IQ2_XS, 8, THREE_LEVELS);
  static final byte[] IQ2_S = unpack(GridTables.IQ2_S, 8, THREE_LEVELS);
  static final byte[] IQ3_XXS = unpack(GridTables.IQ3_XXS, 4, EIGHT_LEVELS);
  static final byte[] IQ3_S = unpack(GridTables.IQ3_S, 4, ODD);

  private Grids() {}

  /** Writes the eight weights of one point of an IQ2 grid; bit j of signs turns weight j over. */
  static void eight(byte[] grid, int point, int signs, float scale, float[] dst, int dstOffset) {
    for (int j = 0; j < 8; j++) {
      float weight = scale * grid[8 * point + j];
      dst[dstOffset + j] = (signs >> j & 1) == 0 ? weight : -weight;
    }
  }

  /** Writes the four weights of one point of an IQ3 grid; bit j of signs turns weight j over. */
  static void four(byte[] grid, int point, int signs, float scale, float[] dst, int dstOffset) {
    for (int j = 0; j < 4; j++) {
      float weight = scale * grid[4 * point + j];
      dst[dstOffset + j] = (signs >> j & 1) == 0 ? weight : -weight;
    }
  }

  /** Writes the eight weights of one point of the IQ1 grid, all moved by the same eighth. */
  static void shifted(int point, float shift, float scale, float[] dst, int dstOffset) {
    for (int j = 0; j < 8; j++) {
      dst[dstOffset + j] = scale * (IQ1[8 * point + j] + shift);
    }
  }

  /**
   * Eight signs from the seven that are stored: the last makes their number even ({@code
   * ksigns_iq2xs} of ggml-common.h, which is this rule as a table).
   */
  static int signs(int seven) {
    return seven | ((Integer.bitCount(seven) & 1) << 7);
  }

  /** Sixteen bits a point, shared evenly by its weights, the first in the lowest; bits = level. */
  private static byte[] unpack(String table, int weights, byte[] levels) {
    int points = table.length() / 4;
    int bits = 16 / weights;
    byte[] grid = new byte[points * weights];
    for (int point = 0; point < points; point++) {
      int packed = Integer.parseInt(table, 4 * point, 4 * point + 4, 16);
      for (int j = 0; j < weights; j++) {
        grid[point * weights + j] = levels[(packed >> (bits * j)) & ((1 << bits) - 1)];
      }
    }
    return grid;
  }
}
