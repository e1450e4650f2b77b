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
  /** {@code llama_expert_gating_func_type} of llama-hparams.h. */
  private static final int GATING_SOFTMAX = 1;

  private static final int GATING_SIGMOID = 2;

  /** GLM-4.7-Flash, whose early files do not say that its gating is a sigmoid. */
  private static final int GLM_VOCABULARY = 154_880;

  @Override
  public Loaded read(ModelReader in) {
    Dimensions size = in.dimensions();
    RopeSpec rope = rope(in);
    LatentReader latent = new LatentReader(in, rope, temperature(in));
    int dense = in.findCount("leading_dense_block_count").orElse(0);
    return in.model(
        size,
        layer ->
            layer.standard(
                latent.read(layer),
                layer.index() < dense
                    ? layer.gated(Activation.SILU)
                    : experts(layer, size.vocabulary())));
  }

  /**
   * The two magnitudes of DeepSeek's YaRN are equal in every model of this kind and so cancel on
   * what is rotated; they stay in the scale of scores, see {@link LatentReader}.
   */
  private static RopeSpec rope(ModelReader in) {
    RopeReader.YarnSettings usual = RopeReader.YarnSettings.DEFAULT;
    boolean cancels =
        in.findNumber("rope.scaling.yarn_log_multiplier").filter(m -> m != 0).isPresent();
    return RopeReader.read(
        in,
        RotaryStyle.ADJACENT,
        new RopeReader.YarnSettings(usual.fast(), usual.slow(), cancels ? 1 : 0));
  }

  private static @Nullable QueryTemperature temperature(ModelReader in) {
    float scale = in.findNumber("attention.temperature_scale").orElse(0f);
    return scale == 0
        ? null
        : new QueryTemperature(scale, in.count("attention.temperature_length"));
  }

  private static FeedForward experts(LayerReader layer, int vocabulary) {
    ModelReader in = layer.model();
    ExpertReader experts = new ExpertReader(layer);
    Routing routing =
        new Routing(
            experts.router(),
            scoring(in, vocabulary),
            in.bias(layer.name("exp_probs_b"), experts.experts()),
            groups(in, experts.experts()),
            experts.active(),
            in.findFlag("expert_weights_norm").orElse(false),
            in.findNumber("expert_weights_scale").filter(scale -> scale != 0).orElse(1f));
    int width = in.count("expert_feed_forward_length");
    int shared = layer.rows("ffn_up_shexp.weight", (long) width * in.count("expert_shared_count"));
    return experts.mixture(
        routing,
        Activation.SILU,
        width,
        new FeedForward.Shared(layer.gated(Activation.SILU, "_shexp", shared), null));
  }

  private static Routing.Scoring scoring(ModelReader in, int vocabulary) {
    int usual = vocabulary == GLM_VOCABULARY ? GATING_SIGMOID : GATING_SOFTMAX;
    int gating = in.findCount("expert_gating_func").orElse(usual);
    return switch (gating) {
      case GATING_SOFTMAX -> Routing.Scoring.SOFTMAX;
      case GATING_SIGMOID -> Routing.Scoring.SIGMOID;
      default ->
          throw in.fault(
              "key 'deepseek2.expert_gating_func' is %d; this build knows %d, softmax, and %d,"
                  + " sigmoid",
              gating, GATING_SOFTMAX, GATING_SIGMOID);
    };
  }

  private static Routing.@Nullable Groups groups(ModelReader in, int experts) {
    int count = in.findCount("expert_group_count").orElse(1);
    if (count == 1) {
      return null;
    }
    int used = in.count("expert_group_used_count");
    if (experts % count != 0 || experts == count || used >= count) {
      throw in.fault(
          "keys 'deepseek2.expert_group_count' and '….expert_group_used_count' are %d and %d;"
              + " wanted a divisor of the %d experts and fewer used than there are",
          count, used, experts);
    }
    return new Routing.Groups(count, used);
  }
}
