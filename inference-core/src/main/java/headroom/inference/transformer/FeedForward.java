package headroom.inference.transformer;

import headroom.inference.kernel.Activation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What follows attention in a layer. */
public sealed interface FeedForward {
  /** Elements per token between its matrices. */
  int width();

  /**
   * down(activation(gate(x)) * up(x)) (SwiGLU and GeGLU, Shazeer 2020, arXiv 2002.05202), or
   * down(activation(up(x))).
   *
   * @param gate null where nothing is gated
   * @param downNorm of what {@code down} takes (BitNet); null where it takes it as it is
   * @param sparsity of the gate's products; null where all of them count
   */
  record Dense(
      Activation activation,
      @Nullable Projection gate,
      Projection up,
      Projection down,
      @Nullable Norm downNorm,
      @Nullable Sparsity sparsity)
      implements FeedForward {
    /** Without a norm between the matrices, every product counting. */
    public Dense(Activation activation, @Nullable Projection gate, Projection up, Projection down) {
      this(activation, gate, up, down, null, null);
    }

    /** This network with a norm of what {@code down} takes. */
    public Dense normedInside(Norm norm) {
      return new Dense(activation, gate, up, down, norm, sparsity);
    }

    /** This network with most of the gate's products taken as 0. */
    public Dense sparse(Sparsity some) {
      return new Dense(activation, gate, up, down, downNorm, some);
    }

    @Override
    public int width() {
      return up.rows();
    }
  }

  /**
   * Only what exceeds the mean by so many standard deviations counts, and only by how much (Gemma
   * 3n; Spark Transformer, arXiv 2506.06644).
   *
   * @param deviations 1.645 keeps a twentieth of what is normally distributed
   */
  record Sparsity(float deviations) {}

  /**
   * Experts of which a router chooses a few for each token, and perhaps one that serves every token
   * (Mixtral, arXiv 2401.04088; DeepSeekMoE, arXiv 2401.06066).
   *
   * @param routing who serves a token, and how much each counts
   * @param experts one network each
   * @param shared serves every token; null where there is none
   */
  record MixtureOfExperts(Routing routing, List<Dense> experts, @Nullable Shared shared)
      implements FeedForward {
    public MixtureOfExperts {
      experts = List.copyOf(experts);
      if (routing.active() < 1 || routing.active() > experts.size()) {
        throw new IllegalArgumentException(
            "%d active experts of %d; wanted 1 to %d"
                .formatted(routing.active(), experts.size(), experts.size()));
      }
    }

    @Override
    public int width() {
      int routed = experts.getFirst().width();
      return shared == null ? routed : Math.max(routed, shared.network().width());
    }
  }

  /**
   * A dense network, and experts that read the residual stream by themselves (Gemma 4): norm(dense)
   * + norm(experts(norm(residual))), chosen by a norm of their own.
   *
   * @param dense reads what the layer normed
   * @param denseNorm of its answer
   * @param routerNorm of the residual stream, before the router
   * @param expertsNorm of the residual stream, before the experts
   * @param mixture none of whose experts is shared
   * @param mixtureNorm of its answer
   */
  record BesideExperts(
      Dense dense,
      Norm denseNorm,
      Norm routerNorm,
      Norm expertsNorm,
      MixtureOfExperts mixture,
      Norm mixtureNorm)
      implements FeedForward {
    @Override
    public int width() {
      return Math.max(dense.width(), mixture.width());
    }
  }

  /** A layer that mixes tokens alone (Nemotron-H). */
  record None() implements FeedForward {
    @Override
    public int width() {
      return 0;
    }
  }

  /**
   * The expert that serves every token.
   *
   * @param network as wide as all shared experts together
   * @param gate [embedding] whose product with a token, through a sigmoid, is what the answer is
   *     multiplied by (Qwen 2 MoE); null where it counts whole
   */
  record Shared(Dense network, float @Nullable [] gate) {}
}
