package headroom.inference.transformer;

import headroom.inference.kvcache.CacheShape;

/** How a layer lets a token see those before it. */
public sealed interface TokenMixer
    permits Attention,
        BorrowedAttention,
        LatentAttention,
        GatedDeltaNet,
        ShortConvolution,
        SelectiveScan,
        StateSpace,
        TokenMixer.None {
  /** What it keeps of each token. */
  CacheShape cache();

  /** A layer that is a feed-forward network alone (Nemotron-H). */
  record None() implements TokenMixer {
    @Override
    public CacheShape cache() {
      return new CacheShape.Nothing();
    }

    @Override
    public Widths widths() {
      return Widths.NONE;
    }
  }

  /** The widest rows it needs between its matrices. */
  Widths widths();

  /**
   * Elements per token.
   *
   * @param query all heads' queries as attention takes them
   * @param key all heads' keys
   * @param value all heads' values
   * @param attended what the output matrix takes
   * @param gate what that is multiplied by, where it is gated
   */
  record Widths(int query, int key, int value, int attended, int gate) {
    static final Widths NONE = new Widths(0, 0, 0, 0, 0);

    Widths max(Widths other) {
      return new Widths(
          Math.max(query, other.query),
          Math.max(key, other.key),
          Math.max(value, other.value),
          Math.max(attended, other.attended),
          Math.max(gate, other.gate));
    }
  }
}
