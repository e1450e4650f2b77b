package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.FeedForward;
import headroom.inference.transformer.QueryTemperature;
import headroom.inference.transformer.RopeSpec;
import headroom.inference.transformer.Routing;
import org.jspecify.annotations.Nullable;

/**
 * DeepSeek-V2, V3 and R1 (arXiv 2405.04434, 2412.19437) and those with the same layers: latent
 * attention, leading dense layers, then many small experts beside shared ones.
 */
final class Deepseek2 implements Architecture {
  /** GLM-4.7-Flash, whose early files do not say that its gating is a sigmoid. */
  private static final int GLM_VOCABULARY = 154_880;

  @Override
  public Loaded read(ModelReader in) {
    Dimensions size = in.dimensions();
    RopeSpec rope = rope(in);
    LatentReader latent = new LatentReader(in, rope, temperature(in));
    int gating = size.vocabulary() == GLM_VOCABULARY ? Gating.SIGMOID : Gating.SOFTMAX;
    return in.model(size, layer -> layer.standard(latent.read(layer), network(layer, gating)));
  }

  /**
   * The two magnitudes of DeepSeek's YaRN are equal in every model of this kind and so cancel on
   * what is rotated; they stay in the scale of scores, see {@link LatentReader}.
   */
  private static RopeSpec rope(ModelReader in) {
    boolean cancels =
        in.findNumber("rope.scaling.yarn_log_multiplier").filter(m -> m != 0).isPresent();
    return rope(in, cancels ? 1 : 0);
  }

  /**
   * @param magnitudeOfAll {@code mscale_all_dim}, 0 where the file has none
   */
  static RopeSpec rope(ModelReader in, float magnitudeOfAll) {
    RopeReader.YarnSettings usual = RopeReader.YarnSettings.DEFAULT;
    return RopeReader.read(
        in,
        RotaryStyle.ADJACENT,
        new RopeReader.YarnSettings(usual.fast(), usual.slow(), magnitudeOfAll));
  }

  private static @Nullable QueryTemperature temperature(ModelReader in) {
    float scale = in.findNumber("attention.temperature_scale").orElse(0f);
    return scale == 0
        ? null
        : new QueryTemperature(scale, in.count("attention.temperature_length"), 0);
  }

  /**
   * Dense in the first layers, then experts beside shared ones.
   *
   * @param gating where the file does not say
   */
  static FeedForward network(LayerReader layer, int gating) {
    ModelReader in = layer.model();
    if (layer.index() < in.findCount("leading_dense_block_count").orElse(0)) {
      return layer.gated(Activation.SILU);
    }
    ExpertReader experts = new ExpertReader(layer);
    Routing routing = experts.routing(gating);
    int width = in.count("expert_feed_forward_length");
    int shared = layer.rows("ffn_up_shexp.weight", (long) width * in.count("expert_shared_count"));
    return experts.mixture(
        routing,
        Activation.SILU,
        width,
        new FeedForward.Shared(layer.gated(Activation.SILU, "_shexp", shared), null));
  }
}
