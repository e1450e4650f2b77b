package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.Attention;
import headroom.inference.transformer.LayerWeights;
import headroom.inference.transformer.RopeSpec;

/**
 * StableLM 2 (arXiv 2402.17834): layer norms, part of each head rotated; the 12B has attention and
 * network at once, and a norm for each head of queries and keys.
 */
final class Stablelm implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    Dimensions size = in.dimensions();
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES);
    return in.layerNormed(size, layer -> layer(layer, rope));
  }

  private static LayerWeights layer(LayerReader layer, RopeSpec rope) {
    Attention attention = CommandR.normed(layer, layer.attention(layer.heads().shape(), rope));
    if (!layer.model().has(layer.name("ffn_norm.weight"))) {
      return LayerWeights.parallel(
          layer.layerNorm("attn_norm"), attention, null, layer.gated(Activation.SILU));
    }
    return LayerWeights.of(
        layer.layerNorm("attn_norm"),
        attention,
        layer.layerNorm("ffn_norm"),
        layer.gated(Activation.SILU));
  }
}
