package headroom.inference.kvcache;

/**
 * What an attention layer keeps per token.
 *
 * @param heads key-value heads
 * @param keySize elements of one head's key
 * @param valueSize elements of one head's value
 * @param valuesWithinKeys true where a head's value is the first {@code valueSize} elements of its
 *     key and nothing is kept but keys (latent attention, arXiv 2405.04434)
 * @param window tokens a query sees, itself included; {@link #EVERYTHING} where it sees all
 */
public record KvShape(int heads, int keySize, int valueSize, boolean valuesWithinKeys, int window)
    implements CacheShape {
  /** The window of a layer that has none. */
  public static final int EVERYTHING = Integer.MAX_VALUE;

  public KvShape(int heads, int keySize, int valueSize) {
    this(heads, keySize, valueSize, false, EVERYTHING);
  }
}
