package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.RopeSpec;

/**
 * Phi-3 (arXiv 2404.14219): queries, keys and values are one matrix, gate and up are another. Its
 * sliding window is not applied, as in llama.cpp, whose converted files carry wrong values for it.
 */
final class Phi3 implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES);
    return in.model(
        in.dimensions(),
        layer ->
            layer.standard(
                layer.attention(layer.heads().shape(), rope), layer.fusedGated(Activation.SILU)));
  }
}
