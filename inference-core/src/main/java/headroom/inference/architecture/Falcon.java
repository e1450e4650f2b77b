package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.LayerWeights;
import headroom.inference.transformer.RopeSpec;

/**
 * Falcon (arXiv 2311.16867): attention and an ungated network at once, after one layer norm, or
 * after one each in the 40B.
 */
final class Falcon implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    Dimensions size = in.dimensions();
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES);
    return in.layerNormed(
        size,
        layer -> {
          boolean apart =
              in.has(layer.name("attn_norm_2.weight")) || in.has(layer.name("attn_norm_2.bias"));
          return LayerWeights.parallel(
              layer.layerNorm(apart ? "attn_norm_2" : "attn_norm"),
              layer.attention(layer.heads().shape(), rope),
              apart ? layer.layerNorm("attn_norm") : null,
              layer.ungated(Activation.GELU_TANH));
        });
  }
}
