package headroom.inference.decode;

import org.jspecify.annotations.Nullable;

/** Guesses cheaply how a text goes on. */
public interface Drafter {
  /**
   * Guesses at most {@code most} tokens.
   *
   * @param text all tokens so far, prompt and generated
   */
  Draft draft(int[] text, int most);

  /**
   * A guess.
   *
   * @param tokens maybe none
   * @param probabilities [tokens][vocabulary] that each token was drawn from; null where they were
   *     not drawn but chosen
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on once, never compared
  record Draft(int[] tokens, double @Nullable [][] probabilities) {
    /** No guess at all. */
    public static final Draft NONE = new Draft(new int[0], null);
  }
}
