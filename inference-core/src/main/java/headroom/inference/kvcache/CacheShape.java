package headroom.inference.kvcache;

/** What one layer remembers of the tokens before. */
public sealed interface CacheShape
    permits KvShape, StateShape, CacheShape.OfLayer, CacheShape.Nothing {

  /**
   * The layer reads what an earlier one keeps and keeps nothing itself.
   *
   * @param lender the earlier layer, which keeps keys and values
   */
  record OfLayer(int lender) implements CacheShape {}

  /** The layer looks at no other token. */
  record Nothing() implements CacheShape {}
}
