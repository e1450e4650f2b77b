package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.LayerWeights;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.TransformerSpec;

/** Phi-2: attention and an ungated network at once, after a layer norm; biases everywhere. */
final class Phi2 implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    Dimensions size = in.dimensions();
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES);
    float epsilon = in.layerNormEpsilon();
    return in.model(
        size,
        TransformerSpec.Scaling.NONE,
        in.layerNorm("output_norm", size.embedding(), epsilon),
        layer ->
            LayerWeights.parallel(
                layer.layerNorm("attn_norm", epsilon),
                layer.attention(layer.heads().shape(), rope),
                layer.ungated(Activation.GELU_TANH)));
  }
}
