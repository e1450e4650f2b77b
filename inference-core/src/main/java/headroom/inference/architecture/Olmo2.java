package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.Attention;
import headroom.inference.transformer.LayerWeights;
import headroom.inference.transformer.RopeSpec;
import java.util.Optional;

/**
 * OLMo 2 and 3 (arXiv 2501.00656): only results are normed, and queries and keys over all heads
 * together. OLMo 3 adds local layers, which rotate unscaled.
 */
final class Olmo2 implements Architecture {
  /** Layers from one global layer of OLMo 3 to the next: its configuration's layer_types. */
  private static final int PERIOD = 4;

  @Override
  public Loaded read(ModelReader in) {
    RopeSpec global = RopeReader.read(in, RotaryStyle.HALVES);
    RopeSpec local = global.unscaled(global.base(), 1);
    Optional<SlidingWindow> window =
        in.findCount("attention.sliding_window")
            .map(tokens -> SlidingWindow.of(in, tokens, PERIOD));
    return in.model(
        in.dimensions(),
        layer -> layer(layer, window.filter(w -> w.isLocal(layer.index())), local, global));
  }

  private static LayerWeights layer(
      LayerReader layer, Optional<SlidingWindow> window, RopeSpec local, RopeSpec global) {
    Heads heads = layer.heads();
    Attention attention =
        window
            .map(w -> layer.attention(heads.shape().within(w.tokens()), local))
            .orElseGet(() -> layer.attention(heads.shape(), global));
    return layer.normedBehind(
        attention.normed(
            layer.norm("attn_q_norm", heads.queryRows()),
            layer.norm("attn_k_norm", heads.keyRows())),
        layer.gated(Activation.SILU));
  }
}
