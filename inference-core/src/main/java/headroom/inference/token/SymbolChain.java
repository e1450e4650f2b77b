package headroom.inference.token;

import java.util.stream.IntStream;

/**
 * Symbols in a row of which the best neighbours are merged again and again: lowest rank first,
 * leftmost among equals. n symbols take O(n log n), so a long text without spaces stays affordable.
 */
final class SymbolChain {

  /** Which neighbours may be merged. */
  interface Rule {
    /** Answer for neighbours that may not. */
    long NEVER = -1;

    /**
     * Rank (upper 32 bits, below 2^31) and merged token (lower 32 bits) of two neighbours, or
     * {@link #NEVER}.
     *
     * @param left token of the left symbol or {@link Vocabulary#NONE}
     * @param right token of the right symbol or {@link Vocabulary#NONE}
     * @param start where the left symbol starts in the text
     * @param end where the right symbol ends in the text
     */
    long merge(int left, int right, int start, int end);

    /** What {@link #merge} answers for this rank and token. */
    static long answer(int rank, int token) {
      return ((long) rank << 32) | token;
    }
  }

  /** Receives the symbols that are left. */
  interface Sink {
    /** One symbol: its token or {@link Vocabulary#NONE}, and where it stands in the text. */
    void accept(int token, int start, int end);
  }

  private final int[] starts;
  private final int[] ends;
  private final int[] tokens;
  private final int[] next;
  private final int[] previous;

  /** What the rule said of each symbol and its right neighbour. */
  private final long[] merges;

  private final LongHeap queue = new LongHeap();
  private int size;

  /** A chain for at most this many symbols. */
  SymbolChain(int capacity) {
    starts = new int[capacity];
    ends = new int[capacity];
    tokens = new int[capacity];
    next = new int[capacity];
    previous = new int[capacity];
    merges = new long[capacity];
  }

  /** Appends a symbol. */
  void add(int token, int start, int end) {
    starts[size] = start;
    ends[size] = end;
    tokens[size] = token;
    previous[size] = size - 1;
    next[size] = -1;
    if (size > 0) {
      next[size - 1] = size;
    }
    size++;
  }

  /** Merges until the rule allows no more, then hands on what is left, in order. */
  void mergeInto(Rule rule, Sink sink) {
    IntStream.range(0, size).forEach(i -> offer(rule, i));
    while (!queue.isEmpty()) {
      long best = queue.poll();
      int left = (int) best;
      // An entry is stale where its symbol is gone or has got another neighbour since.
      if (merges[left] == Rule.NEVER || merges[left] >>> 32 != best >>> 32) {
        continue;
      }
      int right = next[left];
      tokens[left] = (int) merges[left];
      ends[left] = ends[right];
      merges[right] = Rule.NEVER;
      next[left] = next[right];
      if (next[left] >= 0) {
        previous[next[left]] = left;
      }
      offer(rule, left);
      if (previous[left] >= 0) {
        offer(rule, previous[left]);
      }
    }
    for (int i = size == 0 ? -1 : 0; i >= 0; i = next[i]) {
      sink.accept(tokens[i], starts[i], ends[i]);
    }
    size = 0;
  }

  private void offer(Rule rule, int left) {
    int right = next[left];
    merges[left] =
        right < 0 ? Rule.NEVER : rule.merge(tokens[left], tokens[right], starts[left], ends[right]);
    if (merges[left] != Rule.NEVER) {
      queue.add((merges[left] & 0xFFFFFFFF00000000L) | left);
    }
  }
}
