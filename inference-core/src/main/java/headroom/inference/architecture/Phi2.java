package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.LayerWeights;
import headroom.inference.transformer.RopeSpec;

/** Phi-2: attention and an ungated network at once, after a layer norm; biases everywhere. */
final class Phi2 implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    Dimensions size = in.dimensions();
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES);
    return in.layerNormed(
        size,
        layer ->
            LayerWeights.parallel(
                layer.layerNorm("attn_norm"),
                layer.attention(layer.heads().shape(), rope),
                null,
                layer.ungated(Activation.GELU_TANH)));
  }
}
