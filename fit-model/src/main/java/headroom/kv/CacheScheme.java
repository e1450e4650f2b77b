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

  /** Some tokens are forgotten as others come, so that a text may go on without end. */
  sealed interface Evicting extends CacheScheme {
    /** Newest tokens that are always kept. */
    int recent();

    /** Tokens kept in all. */
    int kept();
  }

  /**
   * StreamingLLM (arXiv 2309.17453, section 3.2): the first tokens, on which attention leans, and
   * the newest; positions are those within the cache.
   *
   * @param sinks first tokens that stay; 4 in the paper, 0 leaves a plain window
   * @param recent newest tokens that stay
   */
  record Sinks(int sinks, int recent) implements Evicting {
    public Sinks {
      if (sinks < 0 || recent < 1) {
        throw new IllegalArgumentException(
            "sinks keep the first %d and the last %d tokens; wanted 0 or more and 1 or more"
                .formatted(sinks, recent));
      }
    }

    @Override
    public int kept() {
      return Math.addExact(sinks, recent);
    }
  }

  /**
   * H2O (arXiv 2306.14048, algorithm 1): the tokens that attention has given most to, each head its
   * own, and the newest.
   *
   * @param heavy tokens kept for what attention gave them
   * @param recent newest tokens that stay
   */
  record HeavyHitters(int heavy, int recent) implements Evicting {
    public HeavyHitters {
      if (heavy < 1 || recent < 1) {
        throw new IllegalArgumentException(
            "h2o keeps %d heavy and the last %d tokens; wanted 1 or more of each"
                .formatted(heavy, recent));
      }
    }

    @Override
    public int kept() {
      return Math.addExact(heavy, recent);
    }
  }
}
