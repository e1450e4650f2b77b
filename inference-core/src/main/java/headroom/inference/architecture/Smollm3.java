package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.RopeSpec;

/** SmolLM3: llama's layer, every fourth of which does not rotate (NoPE, arXiv 2501.18795). */
final class Smollm3 implements Architecture {
  /** {@code no_rope_layer_interval} of its configuration. */
  private static final int UNROTATED = 4;

  @Override
  public Loaded read(ModelReader in) {
    RopeSpec rope = RopeReader.read(in, RotaryStyle.ADJACENT);
    return in.model(
        in.dimensions(),
        layer ->
            layer.standard(
                layer.attention(
                    layer.heads().shape(), (layer.index() + 1) % UNROTATED == 0 ? null : rope),
                layer.gated(Activation.SILU)));
  }
}
