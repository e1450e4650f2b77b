package headroom.inference.architecture;

import headroom.inference.kernel.RotaryStyle;
import headroom.inference.transformer.RopeSpec;
import java.util.Optional;

/** How a file says RoPE, under the {@code rope.} keys that architectures share. */
final class RopeReader {
  /** llama.cpp's default where a file says nothing: llama-model.cpp, {@code load_hparams}. */
  static final float DEFAULT_BASE = 10_000;

  private RopeReader() {}

  /**
   * What YaRN is told beyond its factor.
   *
   * @param fast β of arXiv 2309.00071, section 3.2
   * @param slow α there
   * @param magnitudeOfAll {@code mscale_all_dim} of DeepSeek's YaRN, which divides what rotated
   *     vectors are multiplied by; 0 where a model does not use it
   */
  record YarnSettings(float fast, float slow, float magnitudeOfAll) {
    /** Arxiv 2309.00071, section 3.2: "good values for LLaMA are 1 and 32". */
    static final YarnSettings DEFAULT = new YarnSettings(32, 1, 0);

    /** 0.1 m ln(factor) + 1, or 1 where nothing is extended (equation 22). */
    static float magnitude(float factor, float m) {
      return factor <= 1 ? 1 : (float) (0.1 * m * Math.log(factor) + 1);
    }

    float of(float factor) {
      return magnitude(factor, 1) / (magnitudeOfAll == 0 ? 1 : magnitude(factor, magnitudeOfAll));
    }
  }

  /** Elements of a key of {@code keySize} that are rotated: what the key says, or the usual. */
  static int dimensions(ModelReader in, String key, int usual, int keySize) {
    int dimensions = in.findCount(key).orElse(usual);
    if (dimensions % 2 != 0 || dimensions > keySize) {
      throw in.fault(
          "key '….%s' is %d; wanted an even number up to the key length %d",
          key, dimensions, keySize);
    }
    return dimensions;
  }

  static RopeSpec read(ModelReader in, RotaryStyle style) {
    return read(in, style, YarnSettings.DEFAULT);
  }

  static RopeSpec read(ModelReader in, RotaryStyle style, YarnSettings settings) {
    int keySize = in.heads(0).keySize();
    int dimensions = dimensions(in, "rope.dimension_count", keySize, keySize);
    // llama.cpp takes a file that names a factor but no type as linear.
    String type = in.findText("rope.scaling.type").orElse("linear");
    int originalContext =
        in.findCount("rope.scaling.original_context_length")
            .orElseGet(() -> in.count("context_length"));
    float factor = factor(in);
    float magnitude = in.findNumber("rope.scaling.attn_factor").orElse(1f);
    Optional<RopeSpec.Yarn> yarn = Optional.empty();
    switch (type) {
      case "none" -> factor = 1;
      case "linear", "longrope" -> {}
      case "yarn" -> {
        yarn = Optional.of(new RopeSpec.Yarn(originalContext, settings.fast(), settings.slow()));
        magnitude *= settings.of(factor);
      }
      default ->
          throw in.fault(
              "key '….rope.scaling.type' is '%s'; this build knows none, linear, yarn, longrope",
              type);
    }
    return new RopeSpec(
        style,
        dimensions,
        in.findNumber("rope.freq_base").orElse(DEFAULT_BASE),
        1 / factor,
        yarn,
        factors(in, dimensions / 2, originalContext),
        magnitude);
  }

  /** How many times the original context; 1 where the file does not scale. */
  static float factor(ModelReader in) {
    float factor =
        in.findNumber("rope.scaling.factor")
            .or(() -> in.findNumber("rope.scale_linear"))
            .orElse(0f);
    return factor == 0 ? 1 : factor;
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
