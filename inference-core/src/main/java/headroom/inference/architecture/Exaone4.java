package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.Attention;
import headroom.inference.transformer.RopeSpec;
import java.util.Optional;

/**
 * EXAONE 4 (arXiv 2507.11407): only results are normed, and each head of queries and keys; the 32B
 * has three local layers to each global one, which does not rotate.
 */
final class Exaone4 implements Architecture {
  /** Layers of the 32B model, the one with windows. */
  private static final int LAYERS_32B = 64;

  /** Section 2.1 of the paper, for files that do not say. */
  private static final int DEFAULT_WINDOW = 4096;

  private static final int PERIOD = 4;

  @Override
  public Loaded read(ModelReader in) {
    Dimensions size = in.dimensions();
    RopeSpec rope = RopeReader.read(in, RotaryStyle.HALVES);
    Optional<SlidingWindow> window =
        size.layers() == LAYERS_32B
            ? Optional.of(
                SlidingWindow.of(
                    in, in.findCount("attention.sliding_window").orElse(DEFAULT_WINDOW), PERIOD))
            : Optional.empty();
    return in.model(
        size,
        layer ->
            layer.normedBehind(
                layer.headNormed(attention(layer, rope, window)), layer.gated(Activation.SILU)));
  }

  private static Attention attention(
      LayerReader layer, RopeSpec rope, Optional<SlidingWindow> window) {
    return window
        .map(
            w ->
                layer.attention(
                    w.shape(layer.heads().shape(), layer.index()),
                    w.isLocal(layer.index()) ? rope : null))
        .orElseGet(() -> layer.attention(layer.heads().shape(), rope));
  }
}
