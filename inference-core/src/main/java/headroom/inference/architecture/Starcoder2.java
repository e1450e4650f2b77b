package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.LayerNorm;
import headroom.inference.transformer.LayerWeights;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.TransformerSpec;

/** StarCoder 2 (arXiv 2402.19173): layer norms, an ungated network with GELU, biases everywhere. */
final class Starcoder2 implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    Dimensions size = in.dimensions();
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES);
    float epsilon = in.number("attention.layer_norm_epsilon");
    return in.model(
        size,
        TransformerSpec.Scaling.NONE,
        new LayerNorm(
            in.vector("output_norm.weight", size.embedding()),
            in.vector("output_norm.bias", size.embedding()),
            epsilon),
        layer ->
            new LayerWeights(
                layer.layerNorm("attn_norm", epsilon),
                layer.attention(layer.heads().shape(), rope),
                null,
                layer.layerNorm("ffn_norm", epsilon),
                layer.ungated(Activation.GELU_TANH),
                null));
  }
}
