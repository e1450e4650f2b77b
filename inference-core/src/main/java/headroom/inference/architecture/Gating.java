package headroom.inference.architecture;

import headroom.inference.transformer.Routing;

/** How a file says what becomes of a router's products: {@code expert_gating_func}. */
final class Gating {
  /** {@code llama_expert_gating_func_type} of llama-hparams.h, as are the others. */
  static final int SOFTMAX = 1;

  static final int SIGMOID = 2;
  static final int SOFTMAX_OF_CHOSEN = 3;

  private Gating() {}

  /**
   * @param usual where the file does not say
   */
  static Routing.Scoring of(ModelReader in, int usual) {
    int gating = in.findCount("expert_gating_func").orElse(usual);
    return switch (gating) {
      case SOFTMAX -> Routing.Scoring.SOFTMAX;
      case SIGMOID -> Routing.Scoring.SIGMOID;
      case SOFTMAX_OF_CHOSEN -> Routing.Scoring.SOFTMAX_OF_CHOSEN;
      default ->
          throw in.fault(
              "key '….expert_gating_func' is %d; this build knows %d, softmax, %d, sigmoid, and %d,"
                  + " softmax over the chosen",
              gating, SOFTMAX, SIGMOID, SOFTMAX_OF_CHOSEN);
    };
  }
}
