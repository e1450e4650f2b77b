package headroom.inference.transformer;

import org.jspecify.annotations.Nullable;

/**
 * How experts are chosen for a token and weighted; the order of steps is that of {@code
 * build_moe_ffn} in llama.cpp's <a
 * href="https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/src/llama-graph.cpp">llama-graph.cpp</a>.
 *
 * @param router [experts, embedding]
 * @param scoring what becomes of its products
 * @param selectionBias [experts] added to the scores for choosing, not for weighting (DeepSeek-V3,
 *     arXiv 2412.19437, equation 16); null where there is none
 * @param groups only the best groups of experts are chosen from; null where all are
 * @param active experts that serve a token
 * @param normalised true where the weights of the chosen are divided by their sum
 * @param scale what the weights are multiplied by
 * @param weighsInputs true where an expert's input is multiplied, not its answer (Llama 4)
 */
public record Routing(
    Projection router,
    Scoring scoring,
    float @Nullable [] selectionBias,
    @Nullable Groups groups,
    int active,
    boolean normalised,
    float scale,
    boolean weighsInputs) {

  /** Weights that multiply answers. */
  public Routing(
      Projection router,
      Scoring scoring,
      float @Nullable [] selectionBias,
      @Nullable Groups groups,
      int active,
      boolean normalised,
      float scale) {
    this(router, scoring, selectionBias, groups, active, normalised, scale, false);
  }

  /** Mixtral's: softmax over all, the best divided by their sum. */
  public static Routing normalisedSoftmax(Projection router, int active) {
    return normalised(router, Scoring.SOFTMAX, null, active);
  }

  /** The best by score and bias, their scores divided by their sum. */
  public static Routing normalised(
      Projection router, Scoring scoring, float @Nullable [] selectionBias, int active) {
    return new Routing(router, scoring, selectionBias, null, active, true, 1);
  }

  /** From a router's products to scores. */
  public enum Scoring {
    /** Softmax over all experts. */
    SOFTMAX,
    /** Sigmoid of each (DeepSeek-V3). */
    SIGMOID,
    /** The products themselves, and a softmax over the chosen (gpt-oss). */
    SOFTMAX_OF_CHOSEN
  }

  /**
   * Groups of neighbouring experts, ranked by the sum of their two best scores (DeepSeek-V3).
   *
   * @param count groups
   * @param used groups that are chosen from
   */
  public record Groups(int count, int used) {}
}
