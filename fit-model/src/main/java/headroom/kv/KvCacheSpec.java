package headroom.kv;

import headroom.quant.QuantFormat;

/**
 * What a key-value cache is asked to hold.
 *
 * @param keyFormat storage of keys
 * @param valueFormat storage of values
 * @param contextLength tokens over all sequences together, above 0
 * @param sequences parallel sequences that share those tokens, above 0
 * @param scheme what becomes of keys and values as tokens pass
 */
public record KvCacheSpec(
    QuantFormat keyFormat,
    QuantFormat valueFormat,
    int contextLength,
    int sequences,
    CacheScheme scheme) {
  public KvCacheSpec {
    if (contextLength < 1) {
      throw new IllegalArgumentException(
          "context is " + contextLength + " tokens; wanted at least 1");
    }
    if (sequences < 1) {
      throw new IllegalArgumentException(
          "parallel sequences are " + sequences + "; wanted at least 1");
    }
  }

  /** Every token stays as it was written. */
  public KvCacheSpec(
      QuantFormat keyFormat, QuantFormat valueFormat, int contextLength, int sequences) {
    this(keyFormat, valueFormat, contextLength, sequences, CacheScheme.WHOLE);
  }

  /** One sequence with an f16 cache, the default of llama.cpp. */
  public static KvCacheSpec f16(int contextLength) {
    return new KvCacheSpec(QuantFormat.F16, QuantFormat.F16, contextLength, 1);
  }
}
