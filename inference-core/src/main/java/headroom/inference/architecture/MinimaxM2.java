package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.FeedForward;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.Routing;

/**
 * MiniMax-M2: experts chosen by biased sigmoids, queries and keys normed over all heads together,
 * part of each head rotated.
 */
final class MinimaxM2 implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES);
    return in.model(
        in.dimensions(),
        layer -> {
          Heads heads = layer.heads();
          return layer.standard(
              layer
                  .attention(heads.shape(), rope)
                  .normed(
                      layer.norm("attn_q_norm", heads.queryRows()),
                      layer.norm("attn_k_norm", heads.keyRows())),
              experts(layer));
        });
  }

  private static FeedForward experts(LayerReader layer) {
    ModelReader in = layer.model();
    ExpertReader experts = new ExpertReader(layer);
    return experts.mixture(
        Routing.normalised(
            experts.router(),
            Gating.of(in, Gating.SIGMOID),
            in.vector(layer.name("exp_probs_b.bias"), experts.experts()),
            experts.active()),
        Activation.SILU,
        layer.feedForwardSize(),
        null);
  }
}
