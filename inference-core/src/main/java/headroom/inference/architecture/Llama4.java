package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.Attention;
import headroom.inference.transformer.FeedForward;
import headroom.inference.transformer.QueryTemperature;
import headroom.inference.transformer.RmsNorm;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.Routing;

/**
 * Llama 4: three layers that see a chunk to each that sees all and does not rotate; an expert's
 * input is weighted, not its answer; Scout norms queries and keys without weights.
 */
final class Llama4 implements Architecture {
  /** Layers from one that sees everything to the next. */
  private static final int PERIOD = 4;

  /** llama4.cpp of llama.cpp sets these three whatever the file says. */
  private static final int CHUNK = 8192;

  private static final QueryTemperature TEMPERATURE = new QueryTemperature(0.1f, 8192, 1);

  /** Experts of Maverick, which does not norm queries and keys. */
  private static final int EXPERTS_OF_MAVERICK = 128;

  @Override
  public Loaded read(ModelReader in) {
    RopeSpec rope = RopeReader.read(in, RotaryStyle.ADJACENT);
    return in.model(
        in.dimensions(),
        layer ->
            layer.standard(
                attention(layer, rope),
                mixes(layer) ? experts(layer) : layer.gated(Activation.SILU)));
  }

  private static Attention attention(LayerReader layer, RopeSpec rope) {
    AttentionShape shape = layer.heads().shape();
    SlidingWindow window = SlidingWindow.of(layer.model(), CHUNK, PERIOD);
    AttentionShape seen = window.isLocal(layer.index()) ? shape.withinChunks(CHUNK) : shape;
    return (layer.index() + 1) % PERIOD == 0
        ? layer.attention(seen, null).tempered(TEMPERATURE)
        : rotated(layer, seen, rope);
  }

  private static Attention rotated(LayerReader layer, AttentionShape shape, RopeSpec rope) {
    ModelReader in = layer.model();
    Attention attention = layer.attention(shape, rope);
    if (in.findCount("expert_count").orElse(0) == EXPERTS_OF_MAVERICK) {
      return attention;
    }
    RmsNorm norm = RmsNorm.unweighted(shape.keySize(), in.epsilon());
    return attention.normed(new Attention.Norms(norm, norm, null, null, true));
  }

  private static boolean mixes(LayerReader layer) {
    ModelReader in = layer.model();
    return in.findCount("interleave_moe_layer_step")
        .filter(step -> (layer.index() + 1) % step == 0)
        .isPresent();
  }

  private static FeedForward experts(LayerReader layer) {
    ExpertReader experts = new ExpertReader(layer);
    int width = layer.model().count("expert_feed_forward_length");
    return experts.mixture(
        new Routing(
            experts.router(),
            Routing.Scoring.SIGMOID,
            null,
            null,
            experts.active(),
            false,
            1,
            true),
        Activation.SILU,
        width,
        new FeedForward.Shared(layer.gated(Activation.SILU, "_shexp", width), null));
  }
}
