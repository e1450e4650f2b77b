package headroom.inference.decode;

import java.util.Arrays;

/**
 * Guesses that what followed the last tokens before follows them again (prompt look-up, the n-gram
 * case of inference with reference, arXiv 2304.04487): good for texts that repeat themselves, and
 * free.
 *
 * @param longest tokens looked for first, at least 1; fewer where they were not seen before
 */
public record Lookup(int longest) implements Drafter {
  /**
   * What llama.cpp looks for at most ({@code LLAMA_NGRAM_MAX} of <a
   * href="https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/common/ngram-cache.h">ngram-cache.h</a>).
   */
  public static final Lookup DEFAULT = new Lookup(4);

  public Lookup {
    if (longest < 1) {
      throw new IllegalArgumentException(
          "the longest look-up is %d tokens; wanted at least 1".formatted(longest));
    }
  }

  @Override
  public Draft draft(int[] text, int most) {
    for (int size = Math.min(longest, text.length - 1); size > 0; size--) {
      for (int at = text.length - size - 1; at >= 0; at--) {
        if (Arrays.equals(text, at, at + size, text, text.length - size, text.length)) {
          int follows = at + size;
          int end = Math.min(text.length, follows + most);
          return new Draft(Arrays.copyOfRange(text, follows, end), null);
        }
      }
    }
    return Draft.NONE;
  }
}
