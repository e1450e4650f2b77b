package headroom.inference.token;

import java.util.Arrays;
import java.util.List;

/** The merges of a byte-pair vocabulary: two tokens to the rank and the token of their union. */
final class MergeTable implements SymbolChain.Rule {
  private static final long FREE = -1;

  /** Open addressing: both tokens as one key, and what {@link #merge} answers for them. */
  private final long[] keys;

  private final long[] answers;
  private final int mask;

  private MergeTable(int merges) {
    int capacity = Integer.highestOneBit(Math.max(8, merges)) * 4;
    keys = new long[capacity];
    answers = new long[capacity];
    mask = capacity - 1;
    Arrays.fill(keys, FREE);
  }

  /**
   * The table of {@code tokenizer.ggml.merges}: one merge a line, best first, both sides with a
   * space between.
   *
   * @throws VocabularyException where a merge has no two sides, or a side or the union is no token
   */
  static MergeTable of(Vocabulary vocabulary, List<String> merges) {
    MergeTable table = new MergeTable(merges.size());
    for (int rank = 0; rank < merges.size(); rank++) {
      String merge = merges.get(rank);
      // The left side may itself start with a space, so the search starts behind it.
      int space = merge.indexOf(' ', 1);
      if (space < 0) {
        throw new VocabularyException(
            vocabulary.source(),
            "merge %d is '%s'; wanted two tokens with a space between".formatted(rank, merge));
      }
      String left = merge.substring(0, space);
      String right = merge.substring(space + 1);
      int leftId = token(vocabulary, rank, merge, left);
      int rightId = token(vocabulary, rank, merge, right);
      table.put(key(leftId, rightId), rank, token(vocabulary, rank, merge, left + right));
    }
    return table;
  }

  private static int token(Vocabulary vocabulary, int rank, String merge, String text) {
    int id = vocabulary.idOf(text);
    if (id == Vocabulary.NONE) {
      throw new VocabularyException(
          vocabulary.source(),
          "merge %d, '%s', names '%s', which is no token; wanted tokens of this vocabulary"
              .formatted(rank, merge, text));
    }
    return id;
  }

  @Override
  public long merge(int left, int right, int start, int end) {
    if (left == Vocabulary.NONE || right == Vocabulary.NONE) {
      return NEVER;
    }
    long key = key(left, right);
    int slot = slot(key);
    while (keys[slot] != FREE) {
      if (keys[slot] == key) {
        return answers[slot];
      }
      slot = (slot + 1) & mask;
    }
    return NEVER;
  }

  /** Keeps the first of two equal merges, the better rank. */
  private void put(long key, int rank, int token) {
    int slot = slot(key);
    while (keys[slot] != FREE) {
      if (keys[slot] == key) {
        return;
      }
      slot = (slot + 1) & mask;
    }
    keys[slot] = key;
    answers[slot] = SymbolChain.Rule.answer(rank, token);
  }

  private static long key(int left, int right) {
    return ((long) left << 32) | right;
  }

  /** Fibonacci hashing: the multiplier is 2^64 divided by the golden ratio. */
  private int slot(long key) {
    return (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & mask;
  }
}
