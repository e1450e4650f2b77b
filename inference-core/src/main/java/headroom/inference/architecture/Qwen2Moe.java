package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.FeedForward;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.Routing;

/**
 * Qwen 1.5 and 2 MoE (arXiv 2407.10671): the weights of the chosen experts stay as the softmax over
 * all made them, and a shared expert is gated token by token.
 */
final class Qwen2Moe implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES);
    return in.model(
        in.dimensions(),
        layer ->
            layer.standard(
                layer.attention(layer.heads().shape(), rope), feedForward(layer, false)));
  }

  /**
   * Experts beside a shared one that is gated.
   *
   * @param normalised true where the weights of the chosen add up to 1
   */
  static FeedForward feedForward(LayerReader layer, boolean normalised) {
    ExpertReader experts = new ExpertReader(layer);
    Routing routing =
        new Routing(
            experts.router(), Routing.Scoring.SOFTMAX, null, null, experts.active(), normalised, 1);
    int shared =
        layer
            .model()
            .findCount("expert_shared_feed_forward_length")
            .orElseGet(layer::feedForwardSize);
    return experts.mixture(
        routing,
        Activation.SILU,
        experts.width(),
        new FeedForward.Shared(
            layer.gated(Activation.SILU, "_shexp", shared),
            layer.model().vector(layer.name("ffn_gate_inp_shexp.weight"), layer.embedding())));
  }
}
