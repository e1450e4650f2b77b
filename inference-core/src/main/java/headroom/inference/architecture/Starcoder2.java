package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.LayerWeights;
import headroom.inference.transformer.RopeSpec;

/** StarCoder 2 (arXiv 2402.19173): layer norms, an ungated network with GELU, biases everywhere. */
final class Starcoder2 implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    Dimensions size = in.dimensions();
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES);
    return in.layerNormed(
        size,
        layer ->
            LayerWeights.of(
                layer.layerNorm("attn_norm"),
                layer.attention(layer.heads().shape(), rope),
                layer.layerNorm("ffn_norm"),
                layer.ungated(Activation.GELU_TANH)));
  }
}
