package headroom.inference.decode;

import java.util.List;

/** Guesses several ways in which a text may go on. */
@FunctionalInterface
public interface TreeDrafter {
  /**
   * Guesses, the likeliest first.
   *
   * @param text all tokens so far, prompt and generated
   * @param most tokens of a guess
   */
  List<int[]> draft(int[] text, int most);
}
