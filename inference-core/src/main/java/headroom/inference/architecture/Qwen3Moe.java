package headroom.inference.architecture;

import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.RopeSpec;

/**
 * Qwen 3 with experts (arXiv 2505.09388): none is shared, the weights of the chosen add up to 1.
 */
final class Qwen3Moe implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES);
    return in.model(
        in.dimensions(),
        layer -> {
          ExpertReader experts = new ExpertReader(layer);
          return layer.standard(
              layer.headNormed(layer.attention(layer.heads().shape(), rope)),
              experts.normalised(experts.width()));
        });
  }
}
