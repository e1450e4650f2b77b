package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.Attention;
import headroom.inference.transformer.RopeSpec;

/**
 * BitNet b1.58 (arXiv 2402.17764): the layers of llama with a norm before each matrix that gives
 * back to the residual stream; files hold ternary weights, perhaps with a scale for each matrix.
 */
final class Bitnet implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES);
    return in.model(
        in.dimensions(),
        layer ->
            layer.standard(
                attention(layer, rope),
                layer
                    .gated(Activation.SILU)
                    .normedInside(layer.norm("ffn_sub_norm", layer.feedForwardSize()))));
  }

  private static Attention attention(LayerReader layer, RopeSpec rope) {
    int attended = layer.heads().attendedColumns();
    return layer
        .attention(layer.heads().shape(), rope)
        .normed(
            new Attention.Norms(null, null, null, layer.norm("attn_sub_norm", attended), false));
  }
}
