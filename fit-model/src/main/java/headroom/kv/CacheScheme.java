package headroom.kv;

/** What becomes of keys and values as tokens pass. */
public sealed interface CacheScheme {
  /** Every token stays as it was written. */
  CacheScheme WHOLE = new Whole();

  /** Every token stays as it was written. */
  record Whole() implements CacheScheme {}

  /**
   * KIVI, two bits behind a window (arXiv 2402.02750): keys in groups of {@link #GROUP} tokens of a
   * channel, values in groups of as many channels of a token.
   *
   * @param residual newest tokens that stay at 16 bits, a multiple of {@link #GROUP}
   */
  record Kivi(int residual) implements CacheScheme {
    /** {@code G} of section 4.1. */
    public static final int GROUP = 32;

    /** {@code R} of section 4.1. */
    public static final int RESIDUAL = 128;

    /** Two bits a code, and a scale and a zero point of 16 bits for each group. */
    public static final double BITS_PER_ELEMENT = 2 + 32.0 / GROUP;

    public Kivi {
      if (residual < GROUP || residual % GROUP != 0) {
        throw new IllegalArgumentException(
            "kivi-2 keeps the last %d tokens; wanted a multiple of %d".formatted(residual, GROUP));
      }
    }
  }
}
