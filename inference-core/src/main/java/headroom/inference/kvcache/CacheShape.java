package headroom.inference.kvcache;

/** What one layer remembers of the tokens before. */
public sealed interface CacheShape
    permits KvShape, StateShape, CacheShape.Indexed, CacheShape.OfLayer, CacheShape.Nothing {

  /**
   * Keys and values, and a key for an indexer that chooses among the tokens.
   *
   * @param attention what attention reads
   * @param keySize elements of the indexer's one key per token
   */
  record Indexed(KvShape attention, int keySize) implements CacheShape {
    KvShape index() {
      return new KvShape(1, keySize, keySize, true, KvShape.EVERYTHING);
    }
  }

  /**
   * The layer reads what an earlier one keeps and keeps nothing itself.
   *
   * @param lender the earlier layer, which keeps keys and values
   */
  record OfLayer(int lender) implements CacheShape {}

  /** The layer looks at no other token. */
  record Nothing() implements CacheShape {}
}
