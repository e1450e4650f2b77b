package headroom.inference.architecture;

import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.LayerWeights;
import headroom.inference.transformer.Norm;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.ShiftedNorm;
import headroom.inference.transformer.TransformerSpec;

/**
 * Phi-3.5-MoE (arXiv 2404.14219, section 4): Phi-3 with experts, and biases on norms, attention and
 * logits.
 */
final class PhiMoe implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    Dimensions size = in.dimensions();
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES);
    return in.model(
        size,
        TransformerSpec.Scaling.NONE,
        norm(in, "output_norm", size.embedding()),
        layer ->
            LayerWeights.of(
                norm(in, layer.name("attn_norm"), size.embedding()),
                layer.attention(layer.heads().shape(), rope),
                norm(in, layer.name("ffn_norm"), size.embedding()),
                new ExpertReader(layer).normalised(layer.feedForwardSize())));
  }

  private static Norm norm(ModelReader in, String name, int size) {
    return new ShiftedNorm(in.norm(name, size), in.vector(name + ".bias", size));
  }
}
