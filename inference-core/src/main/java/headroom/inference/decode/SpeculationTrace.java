package headroom.inference.decode;

/**
 * What a speculative generation did.
 *
 * @param decode its tokens and their times
 * @param rounds forward passes of the target after the prompt
 * @param drafted tokens guessed
 * @param accepted of them
 * @param draftNanos spent on guessing
 * @param verifyNanos spent on the target's forward passes and on choosing
 */
public record SpeculationTrace(
    DecodeTrace decode, int rounds, int drafted, int accepted, long draftNanos, long verifyNanos) {
  /** Share of guesses that were right, 0 where there were none. */
  public double acceptanceRate() {
    return drafted == 0 ? 0 : (double) accepted / drafted;
  }
}
