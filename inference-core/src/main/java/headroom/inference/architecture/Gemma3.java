package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.RopeSpec;
import java.util.Optional;

/**
 * Gemma 3 (arXiv 2503.19786): Gemma 2 with norms on queries and keys instead of soft caps, five
 * local layers to each global one, and local layers that rotate by a base of their own, unscaled.
 */
final class Gemma3 implements Architecture {
  /** Layers from one global layer to the next: section 2 of the paper. */
  private static final int PERIOD = 6;

  /** Layers of the 27B model. */
  private static final int LAYERS_27B = 62;

  @Override
  public Loaded read(ModelReader in) {
    Dimensions size = in.dimensions();
    RopeSpec global = RopeReader.read(in, RotaryStyle.HALVES);
    RopeSpec local =
        global.unscaled(
            in.findNumber("rope.freq_base_swa").orElse(RopeReader.DEFAULT_BASE),
            in.findNumber("rope.scaling.attn_factor").orElse(1f));
    Optional<SlidingWindow> window =
        in.findCount("attention.sliding_window")
            .map(tokens -> SlidingWindow.of(in, tokens, PERIOD));
    AttentionShape shape =
        in.heads(0)
            .shape(
                Gemma2.scoreScale(in, size, size.layers() == LAYERS_27B), Float.POSITIVE_INFINITY);
    return in.model(
        size,
        Gemma.scaling(size, softcap(in)),
        layer -> {
          boolean isLocal = window.filter(w -> w.isLocal(layer.index())).isPresent();
          return layer.normedAround(
              layer.headNormed(
                  layer.attention(
                      isLocal ? shape.within(window.get().tokens()) : shape,
                      isLocal ? local : global)),
              layer.gated(Activation.GELU_TANH));
        });
  }

  /** Gemma 3 has none; some models that share its layers do. */
  private static float softcap(ModelReader in) {
    return in.findNumber("final_logit_softcapping")
        .filter(cap -> cap != 0)
        .orElse(Float.POSITIVE_INFINITY);
  }
}
