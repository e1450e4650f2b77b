package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.FeedForward;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.Routing;
import headroom.inference.transformer.TransformerSpec;
import org.jspecify.annotations.Nullable;

/**
 * Granite 3 and 4, dense and with experts (arXiv 2405.04324): llama's layer with constants on
 * embeddings, scores, residuals and logits.
 */
final class Granite implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    RopeSpec rope = rope(in);
    return in.model(
        in.dimensions(),
        scaling(in),
        layer -> layer.standard(layer.attention(shape(layer), rope), feedForward(layer)));
  }

  /** Granite says by {@code rope.scaling.finetuned} whether it rotates at all. */
  static @Nullable RopeSpec rope(ModelReader in) {
    return in.findFlag("rope.scaling.finetuned").orElse(true)
        ? RopeReader.read(in, RotaryStyle.ADJACENT)
        : null;
  }

  static TransformerSpec.Scaling scaling(ModelReader in) {
    return new TransformerSpec.Scaling(
        factor(in, "embedding_scale"),
        factor(in, "residual_scale"),
        1 / factor(in, "logit_scale"),
        Float.POSITIVE_INFINITY);
  }

  /** The number under this key; 1 where it is absent or 0, which stands for absent. */
  private static float factor(ModelReader in, String key) {
    return in.findNumber(key).filter(value -> value != 0).orElse(1f);
  }

  static AttentionShape shape(LayerReader layer) {
    Heads heads = layer.heads();
    return layer
        .model()
        .findNumber("attention.scale")
        .filter(scale -> scale != 0)
        .map(scale -> heads.shape(scale, Float.POSITIVE_INFINITY))
        .orElseGet(heads::shape);
  }

  static FeedForward feedForward(LayerReader layer) {
    if (layer.model().findCount("expert_count").isEmpty()) {
      return layer.gated(Activation.SILU);
    }
    ExpertReader experts = new ExpertReader(layer);
    FeedForward.Shared shared =
        layer
            .model()
            .findCount("expert_shared_feed_forward_length")
            .map(
                width ->
                    new FeedForward.Shared(layer.gated(Activation.SILU, "_shexp", width), null))
            .orElse(null);
    return experts.mixture(
        Routing.normalisedSoftmax(experts.router(), experts.active()),
        Activation.SILU,
        layer.feedForwardSize(),
        shared);
  }
}
