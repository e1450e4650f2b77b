package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.Attention;
import headroom.inference.transformer.FeedForward;
import headroom.inference.transformer.Norm;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.Routing;

/**
 * Hunyuan-A13B: a shared expert beside the chosen ones, and norms over each head of queries and
 * keys behind their rotation.
 */
final class HunyuanMoe implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES);
    return in.model(
        in.dimensions(),
        layer -> {
          int size = layer.heads().keySize();
          Norm queries = layer.norm("attn_q_norm", size);
          Norm keys = layer.norm("attn_k_norm", size);
          return layer.standard(
              layer
                  .attention(layer.heads().shape(), rope)
                  .normed(new Attention.Norms(queries, keys, null, null, true)),
              experts(layer));
        });
  }

  private static FeedForward experts(LayerReader layer) {
    ModelReader in = layer.model();
    ExpertReader experts = new ExpertReader(layer);
    int shared =
        in.findCount("expert_shared_feed_forward_length").orElseGet(layer::feedForwardSize);
    return experts.mixture(
        Routing.normalisedSoftmax(experts.router(), experts.active()),
        Activation.SILU,
        layer.feedForwardSize(),
        new FeedForward.Shared(layer.gated(Activation.SILU, "_shexp", shared), null));
  }
}
