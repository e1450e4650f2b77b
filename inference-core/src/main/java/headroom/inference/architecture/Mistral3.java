package headroom.inference.architecture;

import headroom.inference.kernel.Activation;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.QueryTemperature;
import headroom.inference.transformer.RopeSpec;
import org.jspecify.annotations.Nullable;

/** Ministral 3 and its kin: llama's layer, YaRN with settings of its own, queries that grow. */
final class Mistral3 implements Architecture {
  @Override
  public Loaded read(ModelReader in) {
    RopeReader.YarnSettings usual = RopeReader.YarnSettings.DEFAULT;
    RopeSpec rope =
        RopeReader.read(
            in,
            RotaryStyle.ADJACENT,
            new RopeReader.YarnSettings(
                in.findNumber("rope.scaling.yarn_beta_fast").orElse(usual.fast()),
                in.findNumber("rope.scaling.yarn_beta_slow").orElse(usual.slow()),
                in.findNumber("rope.scaling.yarn_log_multiplier").orElse(0f)));
    QueryTemperature temperature = temperature(in);
    boolean mixture = in.findCount("expert_count").isPresent();
    return in.model(
        in.dimensions(),
        layer ->
            layer.standard(
                layer.attention(layer.heads().shape(), rope).tempered(temperature),
                mixture
                    ? new ExpertReader(layer).normalised(layer.feedForwardSize())
                    : layer.gated(Activation.SILU)));
  }

  private static @Nullable QueryTemperature temperature(ModelReader in) {
    float scale = in.findNumber("attention.temperature_scale").orElse(0f);
    return scale == 0
        ? null
        : new QueryTemperature(
            scale,
            in.findCount("rope.scaling.original_context_length")
                .orElseGet(() -> in.count("context_length")),
            0);
  }
}
