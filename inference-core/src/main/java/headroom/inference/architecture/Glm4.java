package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.RopeSpec;

/**
 * GLM-4-0414 (after arXiv 2406.12793): norms around both halves, part of each head rotated, gate
 * and up in one matrix.
 */
final class Glm4 implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    RopeSpec rope = RopeReader.read(in, RotaryStyle.ADJACENT);
    return in.model(
        in.dimensions(),
        layer ->
            layer.normedAround(
                layer.attention(layer.heads().shape(), rope), layer.fusedGated(Activation.SILU)));
  }
}
