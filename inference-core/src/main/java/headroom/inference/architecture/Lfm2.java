package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.FeedForward;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.Routing;
import headroom.inference.transformer.ShortConvolution;
import headroom.inference.transformer.TokenMixer;
import headroom.inference.transformer.TransformerSpec;
import java.util.Optional;

/**
 * LFM 2 (arXiv 2511.23404), dense and with experts: short convolutions, and attention with normed
 * queries and keys in layers that have key-value heads.
 */
final class Lfm2 implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    Dimensions size = in.dimensions();
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES);
    Optional<Integer> window = in.findCount("attention.sliding_window");
    int dense =
        in.findCount("expert_count").isEmpty()
            ? size.layers()
            : in.findCount("leading_dense_block_count").orElse(0);
    return in.model(
        size,
        TransformerSpec.Scaling.NONE,
        in.norm("token_embd_norm", size.embedding()),
        layer ->
            layer.standard(
                mixer(layer, rope, window),
                layer.index() < dense ? layer.gated(Activation.SILU) : experts(layer)));
  }

  private static TokenMixer mixer(LayerReader layer, RopeSpec rope, Optional<Integer> window) {
    ModelReader in = layer.model();
    if (layer.attends()) {
      AttentionShape whole = layer.heads().shape();
      return layer.headNormed(layer.attention(window.map(whole::within).orElse(whole), rope));
    }
    int width = layer.embedding();
    return new ShortConvolution(
        layer.projection("shortconv.in_proj", width, layer.rows("shortconv.in_proj", 3L * width)),
        layer.convolution("shortconv.conv", width, in.count("shortconv.l_cache")),
        layer.projection("shortconv.out_proj", width, width));
  }

  private static FeedForward experts(LayerReader layer) {
    ModelReader in = layer.model();
    ExpertReader experts = new ExpertReader(layer);
    return experts.mixture(
        Routing.normalised(
            experts.router(),
            Gating.of(in, Gating.SIGMOID),
            in.bias(layer.name("exp_probs_b"), experts.experts()),
            experts.active()),
        Activation.SILU,
        in.count("expert_feed_forward_length"),
        null);
  }
}
