package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.RopeSpec;

/**
 * Gemma 2 (arXiv 2408.00118): norms after attention and feed-forward too, soft caps on scores and
 * logits, every other layer with a sliding window.
 */
final class Gemma2 implements Architecture {
  /** Section 2 of the paper, for files that do not say. */
  private static final int DEFAULT_WINDOW = 4096;

  /** Layers of the 27B model, which scales scores by another size than its heads have. */
  private static final int LAYERS_27B = 46;

  @Override
  public Loaded read(ModelReader in) {
    Dimensions size = in.dimensions();
    RopeSpec global = RopeReader.read(in, RotaryStyle.HALVES);
    RopeSpec local = global.withBase(in.findNumber("rope.freq_base_swa").orElse(global.base()));
    SlidingWindow window =
        SlidingWindow.of(in, in.findCount("attention.sliding_window").orElse(DEFAULT_WINDOW), 2);
    float softcap = in.findNumber("attn_logit_softcapping").orElse(50f); // section 2 of the paper
    AttentionShape shape =
        in.heads(0).shape(scoreScale(in, size, size.layers() == LAYERS_27B), softcap);
    return in.model(
        size,
        Gemma.scaling(size, in.findNumber("final_logit_softcapping").orElse(30f)), // section 2
        layer ->
            layer.normedAround(
                layer.attention(
                    window.shape(shape, layer.index()),
                    window.isLocal(layer.index()) ? local : global),
                layer.gated(Activation.GELU_TANH)));
  }

  /**
   * What scores are multiplied by: 1/√(key length), or 1/√(embedding / heads) in the 27B models of
   * Gemma 2 and 3 ({@code query_pre_attn_scalar} of their configurations).
   */
  static float scoreScale(ModelReader in, Dimensions size, boolean is27b) {
    Heads heads = in.heads(0);
    int scaledBy = is27b ? size.embedding() / heads.count() : heads.keySize();
    return (float) (1 / Math.sqrt(scaledBy));
  }
}
