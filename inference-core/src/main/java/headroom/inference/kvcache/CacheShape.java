package headroom.inference.kvcache;

/** What one layer remembers of the tokens before. */
public sealed interface CacheShape permits KvShape, StateShape, CacheShape.Nothing {

  /** The layer looks at no other token. */
  record Nothing() implements CacheShape {}
}
