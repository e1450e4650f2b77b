package headroom.inference.kvcache;

/**
 * What one layer keeps per token.
 *
 * @param heads key-value heads
 * @param keySize elements of one head's key
 * @param valueSize elements of one head's value
 */
public record KvShape(int heads, int keySize, int valueSize) {}
