package headroom.inference.kernel.assembled;

import headroom.inference.assembler.Disassembly;
import headroom.inference.kernel.RotaryStyle;
import headroom.quant.QuantFormat;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Instructions that kernels are written with, and who writes them: what every processor says in a
 * way of its own. Functions take their arguments by the convention of calls that C has there.
 */
public interface Machine {
  /** For run documents, for example {@code avx2}. */
  String label();

  /** How its code is read back. */
  Disassembly.Syntax syntax();

  /** Rows of a tile, one for each 32-bit lane of a vector. */
  int lanes();

  /** True where products take codes as signed bytes; else those are moved up by 128 in tiles. */
  boolean signedCodes();

  /** Columns of a token that lie side by side in a group of packed activations. */
  default int columnsTogether() {
    return PackedLayout.QUAD;
  }

  /** How the activations are packed that the products of this format take. */
  default Packing packing(TileFormat format) {
    return Packing.BLOCKS;
  }

  /** The ways of packing that there are products for. */
  default Set<Packing> packings() {
    return EnumSet.of(Packing.BLOCKS);
  }

  /**
   * Packs one token's activations into its places in a group ({@link PackedLayout}, {@link
   * SuperLayout}):
   *
   * <pre>
   *   void pack(codes, scales, float* x, long xOffset, long blocks, _)
   *
   *   for each run of columns: scale = max|x| / 127, q = round(x / scale), and the sums
   * </pre>
   *
   * @param packing one of {@link #packings}
   * @param tokens of the group; the function is given where the token's first code goes, and, of
   *     blocks, where its first scale
   */
  byte[] pack(Packing packing, int tokens);

  /**
   * Multiplies one tile with one group of tokens:
   *
   * <pre>
   *   void product(tile, input, float* out, long outOffset, long blocks, long outStride)
   *
   *   for each block of 32 columns
   *     for each part that has scales of its own
   *       sum[t] = Σ code · x[t]                       32-bit integers, a row per lane
   *       out[t] += scale · scale_x[t] · sum[t] - minimum · Σx[t]
   * </pre>
   *
   * <p>Where whole super-blocks share scale_x, sums are multiplied with whole-numbered scales
   * first, and become floats once in 256 columns.
   *
   * @param tokens 1 to {@link PackedLayout#GROUP}
   */
  byte[] product(TileFormat format, int tokens);

  /**
   * Multiplies two tiles with one token, some of each in turn, as processors read memory faster in
   * two places than in one; empty where that is not known.
   *
   * <pre>
   *   void product(tile, input, float* out, long outOffset, long blocks, long tileStride)
   * </pre>
   */
  default Optional<byte[]> productOfTwo(TileFormat format) {
    return Optional.empty();
  }

  /**
   * Puts one row into its lane of a tile; empty for formats that are seldom. Java does the same, in
   * {@link TileFormat#store}, and half a second later: a model is loaded before loops over its
   * weights are compiled.
   *
   * <pre>
   *   void repack(row, codes, scales, supers, long blocks, _)
   *
   *   codes[block][word][lane]  = row[block].word
   *   scales[block][lane]       = row[block].half
   *   supers[block / 8][lane]   = row[block / 8].half      where there are scales of scales
   * </pre>
   */
  Optional<byte[]> repack(QuantFormat format);

  /**
   * Scalar products of rows, as they are stored, with vectors that follow each other without a gap:
   *
   * <pre>
   *   void dot(rows, x, long xOffset, out, long outOffset, long columns / 8,
   *            long rowStride, long outStride, long count)
   *
   *   out[v, r] = row[r] · x[v]
   * </pre>
   *
   * @param vectors 1 to {@link RowFormat#VECTORS}
   */
  byte[] dot(RowFormat format, int vectors);

  /**
   * Readies the queries of one token that share a key-value head:
   *
   * <pre>
   *   void start(query, long queryOffset, into, rows, long elements, long queries, long scale)
   *
   *   into = scale · query                       scale: the bits of a float
   *   largest[q] = -∞, sum[q] = 0                {@link ScoreRow}
   * </pre>
   */
  byte[] start();

  /**
   * What attention to all cells comes to, of queries as in {@link #start}:
   *
   * <pre>
   *   void end(out, long outOffset, rows, mixed, long elements of one, long queries, _)
   *
   *   out[q] = mixed[q] / sum[q]
   * </pre>
   */
  byte[] end();

  /**
   * As {@link #end}, of attention to some cells: {@link
   * headroom.inference.kernel.PartialAttention}.
   *
   * <pre>
   *   out[q] = mixed[q], largest[q], sum[q]
   * </pre>
   */
  byte[] endPart();

  /**
   * Scores cached keys where they lie, for queries that share them and follow each other without a
   * gap: what decoding does at depth.
   *
   * <pre>
   *   void score(keys, queries, long queriesOffset, scores, long scoresOffset, long blocks,
   *              long keyStride, _, long cells)
   *
   *   score[q, c] = query[q] · key[c]              {@link ScoreRow}
   * </pre>
   *
   * @param queries 1 to {@link CachedFormat#QUERIES}
   */
  byte[] score(CachedFormat format, int queries);

  /**
   * Mixes cached values, where they lie, by their shares:
   *
   * <pre>
   *   void mix(values, scores, long scoresOffset, out, long outOffset, long elements / 8,
   *            long valueStride, long outStride, long cells)
   *
   *   out[q] = shrink[q] · out[q] + Σ share[q, c] · value[c]        {@link ScoreRow}
   * </pre>
   *
   * <p>Elements that are no whole block are floats.
   *
   * @param queries 1 to {@link CachedFormat#QUERIES}
   */
  byte[] mix(CachedFormat format, int queries);

  /**
   * Takes one tile's scores of some queries, those from the first to the last (exclusive) that
   * these see, into a running softmax:
   *
   * <pre>
   *   void soften(_, rows, long rowsOffset, _, _, long first, long last, _, long rows)
   *
   *   largest' = max(largest, scores)          shrink = e^(largest - largest')
   *   score = e^(score - largest')             sum    = shrink · sum + Σ score
   *   score = 0                                of what is not seen: all, where first is last
   * </pre>
   */
  byte[] soften();

  /**
   * Gates: SwiGLU (arXiv 2002.05202).
   *
   * <pre>
   *   void gate(_, up, long upOffset, x, long xOffset, long elements / 8, _, _, _)
   *
   *   x = x · σ(x) · up
   * </pre>
   */
  byte[] gate();

  /**
   * Norms (RMSNorm, arXiv 1910.07467); {@code out} may be {@code x}.
   *
   * <pre>
   *   void norm(x, long xOffset, weight, long weightOffset, out, long outOffset,
   *             long size, long epsilon, _)
   *
   *   out = x · weight / √(Σ x² / size + epsilon)             epsilon: the bits of a float
   * </pre>
   */
  byte[] norm();

  /**
   * Adds, as a layer does to the residual.
   *
   * <pre>
   *   void addScaled(x, long xOffset, delta, long deltaOffset, _, _, long size, long scale, _)
   *
   *   x += scale · delta                                      scale: the bits of a float
   * </pre>
   */
  byte[] addScaled();

  /**
   * Rotates (RoPE, arXiv 2104.09864) the first pairs of each head; each step rounds as in Java.
   *
   * <pre>
   *   void rotate(x, long xOffset, cosines, long offset, sines, long offset,
   *               long pairs, long heads, long headStride)
   *
   *   a, b = a · cos - b · sin, a · sin + b · cos
   * </pre>
   *
   * @param style where the two of a pair lie
   */
  byte[] rotate(RotaryStyle style);

  /**
   * Makes floats of cached rows of blocks, a tile at a time, which a first-level cache then holds
   * for all queries:
   *
   * <pre>
   *   void decode(rows, _, _, out, long outOffset, long blocks,
   *               long rowStride, long outStride, long count)
   *
   *   out[c] = row[c] as floats
   * </pre>
   */
  byte[] decode(CacheFormat format);

  /**
   * Makes floats of one row of super-blocks, what a token's embedding is; empty for other formats.
   * A codec does the same, and a tenth of a second later: a first prompt's rows are decoded before
   * Java has compiled it.
   *
   * <pre>
   *   void decode(row, _, float* out, long outOffset, long super-blocks, _)
   * </pre>
   */
  Optional<byte[]> decodeRow(QuantFormat format);

  /** Does nothing but multiply bytes and add, as products do. */
  Peak peakOfBytes();

  /** Does nothing but multiply floats and add. */
  Peak peakOfFloats();

  /**
   * A loop in registers that waits for nothing: what no product can be faster than.
   *
   * <pre>
   *   void peak(_, _, _, _, long rounds, _)
   * </pre>
   *
   * @param perRound multiply-adds
   */
  record Peak(byte[] code, long perRound) {}
}
