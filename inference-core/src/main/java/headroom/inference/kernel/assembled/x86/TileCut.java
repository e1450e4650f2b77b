package headroom.inference.kernel.assembled.x86;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows and tokens whose sums are in registers at the same time: as many as there is room for.
 *
 * @param firstVector of the tile's rows
 * @param vectors of rows that share what is loaded of a token
 * @param firstToken of the group
 * @param tokens that share what is loaded of the rows
 */
record TileCut(int firstVector, int vectors, int firstToken, int tokens) {
  /** Where the sum of a vector and a token, counted in this cut, is among its registers. */
  int index(int vector, int token) {
    return vector * tokens + token;
  }

  /**
   * Cuts a tile and a group.
   *
   * @param together vectors per cut
   * @param most tokens per cut; groups of more are cut evenly
   */
  static List<TileCut> of(int vectors, int together, int tokens, int most) {
    int each = Math.ceilDiv(tokens, Math.ceilDiv(tokens, most));
    List<TileCut> cuts = new ArrayList<>();
    for (int v = 0; v < vectors; v += together) {
      for (int t = 0; t < tokens; t += each) {
        cuts.add(new TileCut(v, together, t, Math.min(each, tokens - t)));
      }
    }
    return cuts;
  }
}
