package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.RopeSpec;

/** Llama 1 to 3, Mistral and Mixtral (arXiv 2407.21783, 2310.06825, 2401.04088). */
final class Llama implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    RopeSpec rope = RopeReader.read(in, RotaryStyle.ADJACENT);
    boolean mixture = in.findCount("expert_count").isPresent();
    return in.model(
        in.dimensions(),
        layer ->
            layer.standard(
                layer.attention(layer.heads().shape(), rope),
                mixture
                    ? new ExpertReader(layer).normalised(layer.feedForwardSize())
                    : layer.gated(Activation.SILU)));
  }
}
