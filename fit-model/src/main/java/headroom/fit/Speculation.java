package headroom.fit;

import java.util.Locale;
import java.util.OptionalDouble;

/** What drafting several tokens and checking them in one step promises. */
public sealed interface Speculation {
  /** How many times faster decode becomes. */
  double speedup();

  /** How the factor comes about, with the numbers put in. */
  String formula();

  /** The paper behind the factor. */
  String source();

  /**
   * A chain of drafted tokens in the terms of Leviathan et al. (arXiv 2211.17192).
   *
   * @param acceptanceRate α, probability that one drafted token is accepted, 0 to 1
   * @param draftTokens γ, tokens drafted per step
   * @param draftCost c, time of one draft step over time of one target step
   */
  record Chain(double acceptanceRate, int draftTokens, double draftCost) implements Speculation {
    public Chain {
      if (!(acceptanceRate >= 0) || acceptanceRate > 1) {
        throw new IllegalArgumentException(
            "acceptance rate is " + acceptanceRate + "; wanted 0 to 1");
      }
      if (draftTokens < 1) {
        throw new IllegalArgumentException(
            "draft tokens are " + draftTokens + "; wanted at least 1");
      }
      if (!(draftCost >= 0) || Double.isInfinite(draftCost)) {
        throw new IllegalArgumentException(
            "draft cost is " + draftCost + "; wanted 0 or more target steps");
      }
    }

    /**
     * Tokens one target step yields on average, (1 − α^(γ+1)) / (1 − α), by equation 1 of arXiv
     * 2211.17192.
     */
    public double expectedTokens() {
      return acceptanceRate == 1
          ? draftTokens + 1
          : (1 - Math.pow(acceptanceRate, draftTokens + 1)) / (1 - acceptanceRate);
    }

    @Override
    public double speedup() {
      return expectedTokens() / (1 + draftCost * draftTokens);
    }

    @Override
    public String formula() {
      return String.format(
          Locale.ROOT,
          "%.2f tokens per step at α = %s, γ = %d, over 1 + %s × %d = × %.2f",
          expectedTokens(),
          acceptanceRate,
          draftTokens,
          draftCost,
          draftTokens,
          speedup());
    }

    @Override
    public String source() {
      return "arXiv 2211.17192, Theorem 3.8";
    }
  }

  /**
   * A factor that a paper measured, for schemes that draft a tree or with heads of their own.
   *
   * @param speedup over plain decoding, as measured
   * @param tokensPerStep tokens that one step yielded, where the paper says so
   * @param source the paper and the place in it
   */
  record Measured(double speedup, OptionalDouble tokensPerStep, String source)
      implements Speculation {
    public Measured {
      if (!(speedup > 0) || Double.isInfinite(speedup)) {
        throw new IllegalArgumentException("speed-up is " + speedup + "; wanted more than 0");
      }
      if (tokensPerStep.isPresent() && !(tokensPerStep.getAsDouble() >= 1)) {
        throw new IllegalArgumentException(
            "tokens per step are " + tokensPerStep.getAsDouble() + "; wanted at least 1");
      }
    }

    @Override
    public String formula() {
      return tokensPerStep.isPresent()
          ? String.format(
              Locale.ROOT,
              "%.2f tokens per step in steps that take %.2f times as long = × %.2f, as measured",
              tokensPerStep.getAsDouble(),
              tokensPerStep.getAsDouble() / speedup,
              speedup)
          : String.format(Locale.ROOT, "× %.2f, as measured", speedup);
    }
  }
}
