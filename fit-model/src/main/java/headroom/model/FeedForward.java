package headroom.model;

/** What follows attention in one layer. */
public sealed interface FeedForward {

  /**
   * One network for every token.
   *
   * @param size intermediate width
   * @param gated true where gate, up and down matrices exist; false for up and down alone
   */
  record Dense(int size, boolean gated) implements FeedForward {}

  /**
   * A router and experts of which a few serve each token (Shazeer et al. 2017, arXiv 1701.06538).
   *
   * @param experts experts in the layer
   * @param expertsActive experts that serve one token
   * @param expertSize intermediate width of one expert
   * @param sharedSize intermediate width of the experts that serve every token together; 0 weights
   *     where there are none: then {@link java.util.OptionalInt#empty()}
   * @param gated as in {@link Dense}
   */
  record MixtureOfExperts(
      int experts,
      int expertsActive,
      int expertSize,
      java.util.OptionalInt sharedSize,
      boolean gated)
      implements FeedForward {}

  /** The layer has none. */
  record None() implements FeedForward {}
}
