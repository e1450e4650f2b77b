package headroom.inference.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Guesses that one of the things follows that followed the last tokens before, the latest first.
 *
 * @param longest tokens looked for first, at least 1
 * @param branches guesses at most, at least 1
 */
public record TreeLookup(int longest, int branches) implements TreeDrafter {
  public TreeLookup {
    if (longest < 1 || branches < 1) {
      throw new IllegalArgumentException(
          "the longest look-up is %d tokens, guesses are %d; wanted at least 1 of each"
              .formatted(longest, branches));
    }
  }

  @Override
  public List<int[]> draft(int[] text, int most) {
    List<int[]> found = new ArrayList<>();
    if (most < 1) {
      return found;
    }
    for (int size = Math.min(longest, text.length - 1); size > 0; size--) {
      for (int at = text.length - size - 1; at >= 0 && found.size() < branches; at--) {
        if (Arrays.equals(text, at, at + size, text, text.length - size, text.length)) {
          int[] next = Arrays.copyOfRange(text, at + size, Math.min(text.length, at + size + most));
          if (found.stream().noneMatch(other -> other[0] == next[0])) {
            found.add(next);
          }
        }
      }
    }
    return found;
  }
}
