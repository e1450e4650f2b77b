package headroom.inference.architecture;

import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.RopeSpec;
import java.util.Optional;

/** How a file says RoPE, under the {@code rope.} keys that architectures share. */
final class RopeReader {
  /** llama.cpp's defaults where a file says nothing: llama-model.cpp, {@code load_hparams}. */
  private static final float DEFAULT_BASE = 10_000;

  /** β and α of YaRN, arXiv 2309.00071, section 3.2: "good values for LLaMA are 1 and 32". */
  private static final float YARN_FAST = 32;

  private static final float YARN_SLOW = 1;

  private RopeReader() {}

  static RopeSpec read(ModelReader in, RotaryStyle style, Dimensions size) {
    int dimensions = in.findCount("rope.dimension_count").orElse(size.keySize());
    if (dimensions % 2 != 0 || dimensions > size.keySize()) {
      throw in.fault(
          "key '….rope.dimension_count' is %d; wanted an even number up to the key length %d",
          dimensions, size.keySize());
    }
    // llama.cpp takes a file that names a factor but no type as linear.
    String type = in.findText("rope.scaling.type").orElse("linear");
    int originalContext =
        in.findCount("rope.scaling.original_context_length").orElse(size.context());
    float factor =
        in.findNumber("rope.scaling.factor")
            .or(() -> in.findNumber("rope.scale_linear"))
            .orElse(0f);
    float scale = factor == 0 ? 1 : 1 / factor;
    Optional<RopeSpec.Yarn> yarn = Optional.empty();
    switch (type) {
      case "none" -> scale = 1;
      case "linear", "longrope" -> {}
      case "yarn" ->
          yarn =
              Optional.of(
                  new RopeSpec.Yarn(
                      originalContext,
                      in.findNumber("rope.scaling.yarn_beta_fast").orElse(YARN_FAST),
                      in.findNumber("rope.scaling.yarn_beta_slow").orElse(YARN_SLOW)));
      default ->
          throw in.fault(
              "key '….rope.scaling.type' is '%s'; this build knows none, linear, yarn, longrope",
              type);
    }
    return new RopeSpec(
        style,
        dimensions,
        in.findNumber("rope.freq_base").orElse(DEFAULT_BASE),
        scale,
        yarn,
        factors(in, dimensions / 2, originalContext),
        in.findNumber("rope.scaling.attn_factor").orElse(1f));
  }

  private static Optional<RopeSpec.Factors> factors(ModelReader in, int pairs, int original) {
    Optional<float[]> always = in.findVector("rope_freqs.weight", pairs);
    if (always.isPresent()) {
      return always.map(f -> new RopeSpec.Factors(f, f, original));
    }
    if (!in.has("rope_factors_short.weight")) {
      return Optional.empty();
    }
    return Optional.of(
        new RopeSpec.Factors(
            in.vector("rope_factors_short.weight", pairs),
            in.vector("rope_factors_long.weight", pairs),
            original));
  }
}
