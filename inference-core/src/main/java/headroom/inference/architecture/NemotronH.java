package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.transformer.FeedForward;
import headroom.inference.transformer.LayerWeights;

/**
 * Nemotron-H, dense and with experts (arXiv 2504.03624): a layer is either Mamba 2, attention that
 * does not rotate, or a network with a squared ReLU.
 */
final class NemotronH implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    if (in.findCount("moe_latent_size").isPresent()) {
      throw in.fault(
          "key '….moe_latent_size' is %d; this build runs experts that read the embedding",
          in.count("moe_latent_size"));
    }
    StateSpaceReader spaces = new StateSpaceReader(in);
    return in.model(in.dimensions(), layer -> layer(layer, spaces));
  }

  private static LayerWeights layer(LayerReader layer, StateSpaceReader spaces) {
    if (layer.model().findCount("feed_forward_length", layer.index()).isPresent()) {
      return LayerWeights.network(layer.norm("attn_norm"), network(layer));
    }
    return LayerWeights.mixer(
        layer.norm("attn_norm"),
        layer.attends() ? layer.attention(Granite.shape(layer), null) : spaces.read(layer));
  }

  private static FeedForward network(LayerReader layer) {
    ModelReader in = layer.model();
    if (in.findCount("expert_count").isEmpty()) {
      return layer.ungated(Activation.SQUARED_RELU);
    }
    ExpertReader experts = new ExpertReader(layer);
    int shared = in.count("expert_shared_feed_forward_length");
    return experts.mixture(
        experts.routing(Gating.SIGMOID),
        Activation.SQUARED_RELU,
        experts.width(),
        new FeedForward.Shared(layer.ungated(Activation.SQUARED_RELU, "_shexp", shared), null));
  }
}
