package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.LayerWeights;
import headroom.inference.transformer.RopeSpec;

/**
 * Command R7B and Command A (arXiv 2504.00698): Command R with three local layers to each global
 * one, which does not rotate.
 */
final class Cohere2 implements Architecture {
  /** Layers from one global layer to the next: section 2.1 of the paper. */
  private static final int PERIOD = 4;

  @Override
  public Loaded read(ModelReader in) {
    Dimensions size = in.dimensions();
    RopeSpec rope = RopeReader.read(in, RotaryStyle.ADJACENT);
    SlidingWindow window = SlidingWindow.of(in, in.count("attention.sliding_window"), PERIOD);
    return in.model(
        size,
        CommandR.scaling(in),
        in.unbiasedLayerNorm("output_norm", size.embedding()),
        layer ->
            LayerWeights.parallel(
                layer.unbiasedLayerNorm("attn_norm"),
                layer.attention(
                    window.shape(layer.heads().shape(), layer.index()),
                    window.isLocal(layer.index()) ? rope : null),
                null,
                layer.gated(Activation.SILU)));
  }
}
