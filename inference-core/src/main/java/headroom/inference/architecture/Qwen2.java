package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.RopeSpec;

/** Qwen 2 and 2.5 (arXiv 2407.10671): llama's layer with biases on queries, keys and values. */
final class Qwen2 implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES);
    return in.model(
        in.dimensions(),
        layer ->
            layer.standard(
                layer.attention(layer.heads().shape(), rope), layer.gated(Activation.SILU)));
  }
}
