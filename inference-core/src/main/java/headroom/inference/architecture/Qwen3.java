package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.RopeSpec;

/** Qwen 3 (arXiv 2505.09388): queries and keys are normed head by head before rotation. */
final class Qwen3 implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES);
    return in.model(
        in.dimensions(),
        layer ->
            layer.standard(
                layer.headNormed(layer.attention(layer.heads().shape(), rope)),
                layer.gated(Activation.SILU)));
  }
}
