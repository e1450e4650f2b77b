package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.FeedForward;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.Routing;

/**
 * ERNIE 4.5, dense and with experts: llama's layer; experts are chosen by biased softmaxes, in
 * every {@code interleave_moe_layer_step}-th layer behind the leading dense ones.
 */
final class Ernie45 implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    RopeSpec rope = RopeReader.read(in, RotaryStyle.ADJACENT);
    return in.model(
        in.dimensions(),
        layer ->
            layer.standard(
                layer.attention(layer.heads().shape(), rope),
                mixes(layer) ? experts(layer) : layer.gated(Activation.SILU)));
  }

  private static boolean mixes(LayerReader layer) {
    ModelReader in = layer.model();
    return in.findCount("expert_count").isPresent()
        && layer.index() >= in.findCount("leading_dense_block_count").orElse(0)
        && (layer.index() + 1) % in.count("interleave_moe_layer_step") == 0;
  }

  private static FeedForward experts(LayerReader layer) {
    ModelReader in = layer.model();
    ExpertReader experts = new ExpertReader(layer);
    return experts.mixture(
        Routing.normalised(
            experts.router(),
            Routing.Scoring.SOFTMAX,
            in.bias(layer.name("exp_probs_b"), experts.experts()),
            experts.active()),
        Activation.SILU,
        in.count("expert_feed_forward_length"),
        in.findCount("expert_shared_feed_forward_length")
            .map(
                width ->
                    new FeedForward.Shared(layer.gated(Activation.SILU, "_shexp", width), null))
            .orElse(null));
  }
}
