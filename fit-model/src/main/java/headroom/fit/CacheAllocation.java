package headroom.fit;

/** How room in the cache is set aside for tokens. */
public sealed interface CacheAllocation {

  /** One buffer of the whole context that all sequences share, as llama.cpp does. */
  record Shared() implements CacheAllocation {}

  /**
   * Pages taken when they are needed (PagedAttention, arXiv 2309.06180).
   *
   * @param pageTokens tokens of one page
   * @param filled share of a sequence's longest length that sequences really hold, above 0, at most
   *     1
   */
  record Paged(int pageTokens, double filled) implements CacheAllocation {
    public Paged {
      if (pageTokens < 1) {
        throw new IllegalArgumentException("page is " + pageTokens + " tokens; wanted at least 1");
      }
      if (!(filled > 0) || filled > 1) {
        throw new IllegalArgumentException(
            "filled share is " + filled + "; wanted above 0, at most 1");
      }
    }
  }

  /**
   * A contiguous stretch for each sequence, as long as it might ever become.
   *
   * @param tokens reserved for each sequence
   */
  record Contiguous(int tokens) implements CacheAllocation {
    public Contiguous {
      if (tokens < 1) {
        throw new IllegalArgumentException(
            "reservation is " + tokens + " tokens; wanted at least 1");
      }
    }
  }
}
