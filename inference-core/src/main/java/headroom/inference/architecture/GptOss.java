package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.FeedForward;
import headroom.inference.transformer.LayerWeights;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.Routing;

/**
 * gpt-oss (arXiv 2508.10925): learnt sinks, every other layer with a sliding window, biases
 * everywhere, experts with a clamped SwiGLU.
 */
final class GptOss implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    RopeSpec global = RopeReader.read(in, RotaryStyle.HALVES);
    RopeSpec local = global.withBase(in.findNumber("rope.freq_base_swa").orElse(global.base()));
    SlidingWindow window = SlidingWindow.of(in, in.count("attention.sliding_window"), 2);
    return in.model(
        in.dimensions(),
        layer -> {
          Heads heads = layer.heads();
          AttentionShape shape =
              heads.shape().withSinks(in.vector(layer.name("attn_sinks.weight"), heads.count()));
          return LayerWeights.of(
              layer.norm("attn_norm"),
              layer.attention(
                  window.shape(shape, layer.index()),
                  window.isLocal(layer.index()) ? local : global),
              layer.norm("post_attention_norm"),
              feedForward(layer));
        });
  }

  private static FeedForward feedForward(LayerReader layer) {
    ExpertReader experts = new ExpertReader(layer);
    return experts.mixture(
        new Routing(
            experts.router(),
            Routing.Scoring.SOFTMAX_OF_CHOSEN,
            null,
            null,
            experts.active(),
            false,
            1),
        Activation.SWIGLU_OAI,
        layer.model().count("expert_feed_forward_length"),
        null);
  }
}
