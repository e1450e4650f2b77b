package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.TransformerSpec;

/** Gemma (arXiv 2403.08295): GeGLU, and embeddings multiplied by the root of their length. */
final class Gemma implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    Dimensions size = in.dimensions();
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES);
    return in.model(
        size,
        scaling(size, Float.POSITIVE_INFINITY),
        layer ->
            layer.standard(
                layer.attention(layer.heads().shape(), rope), layer.gated(Activation.GELU_TANH)));
  }

  static TransformerSpec.Scaling scaling(Dimensions size, float logitSoftcap) {
    return new TransformerSpec.Scaling((float) Math.sqrt(size.embedding()), 1, 1, logitSoftcap);
  }
}
