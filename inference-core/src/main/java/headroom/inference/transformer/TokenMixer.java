package headroom.inference.transformer;

import headroom.inference.kvcache.KvShape;

/** How a layer lets a token see those before it. */
public sealed interface TokenMixer permits Attention, LatentAttention {
  /** What it keeps of each token. */
  KvShape cache();

  /** The widest rows it needs between its matrices. */
  Widths widths();

  /**
   * Elements per token.
   *
   * @param query all heads' queries as attention takes them
   * @param key all heads' keys
   * @param value all heads' values
   * @param attended what the output matrix takes
   */
  record Widths(int query, int key, int value, int attended) {
    Widths max(Widths other) {
      return new Widths(
          Math.max(query, other.query),
          Math.max(key, other.key),
          Math.max(value, other.value),
          Math.max(attended, other.attended));
    }
  }
}
