package headroom.catalogue;

import headroom.quant.GgufMix;
import java.util.List;
import java.util.Optional;

/**
 * What one file says that a mix of llama.cpp's quantiser costs in quality.
 *
 * @param id the file name: the mix's own
 * @param sources where the figures come from, at least one
 * @param divergence measured losses
 */
public record CatalogueMix(String id, List<String> sources, List<Divergence> divergence) {
  public CatalogueMix {
    if (GgufMix.byName(id).isEmpty()) {
      throw new IllegalArgumentException("no mix of llama.cpp is called '%s'".formatted(id));
    }
    sources = List.copyOf(sources);
    Range.sources(sources);
    divergence = List.copyOf(divergence);
  }

  /**
   * How far a quantised model's predictions are from the original's on one text.
   *
   * @param model what was quantised
   * @param text what it predicted
   * @param importanceMatrix what the quantiser weighed errors by, where it did
   * @param meanKlDivergence mean Kullback-Leibler divergence per token, in nats
   * @param perplexityIncrease over the original's perplexity
   */
  public record Divergence(
      String model,
      String text,
      Optional<String> importanceMatrix,
      double meanKlDivergence,
      double perplexityIncrease) {
    public Divergence {
      Range.text("divergence.model", model);
      Range.text("divergence.text", text);
      Range.between("divergence.mean_kl_divergence", 0, 100, meanKlDivergence);
      Range.between("divergence.perplexity_increase", -1, 1000, perplexityIncrease);
    }
  }

  /** The mix itself. */
  public GgufMix mix() {
    return GgufMix.byName(id).orElseThrow();
  }

  /** The least loss that was measured. */
  public Optional<Divergence> least() {
    return divergence.stream()
        .min(java.util.Comparator.comparingDouble(Divergence::meanKlDivergence));
  }
}
