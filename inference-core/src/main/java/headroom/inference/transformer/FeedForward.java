package headroom.inference.transformer;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.Linear;
import java.util.List;

/** What follows attention in a layer. */
public sealed interface FeedForward {

  /** down(activation(gate(x)) * up(x)) (SwiGLU and GeGLU, Shazeer 2020, arXiv 2002.05202). */
  record Dense(Activation activation, Projection gate, Projection up, Projection down)
      implements FeedForward {}

  /**
   * The {@code active} experts that the router likes best for a token, weighted by its softmax over
   * those (Mixtral, arXiv 2401.04088).
   *
   * @param router [experts, embedding]
   * @param experts one network each
   * @param active experts that serve a token
   */
  record MixtureOfExperts(Linear router, List<Dense> experts, int active) implements FeedForward {
    public MixtureOfExperts {
      experts = List.copyOf(experts);
      if (active < 1 || active > experts.size()) {
        throw new IllegalArgumentException(
            "%d active experts of %d; wanted 1 to %d"
                .formatted(active, experts.size(), experts.size()));
      }
    }
  }
}
