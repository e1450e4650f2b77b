package headroom.inference.transformer;

import headroom.inference.kernel.RotaryStyle;
import java.util.Arrays;
import java.util.Optional;

/**
 * How positions become rotations (RoPE, Su et al. 2021, arXiv 2104.09864), as a model file says it.
 *
 * @param style which elements form a pair
 * @param dimensions elements of a head that are rotated, even
 * @param base θ, whose powers are the frequencies
 * @param frequencyScale what every frequency is multiplied by: 1 / factor of linear scaling (Chen
 *     et al. 2023, arXiv 2306.15595)
 * @param yarn extrapolates the fast frequencies instead (Peng et al. 2023, arXiv 2309.00071)
 * @param factors per-frequency divisors, where there are some
 * @param magnitude what rotated vectors are multiplied by, 1 for most
 */
public record RopeSpec(
    RotaryStyle style,
    int dimensions,
    float base,
    float frequencyScale,
    Optional<Yarn> yarn,
    Optional<Factors> factors,
    float magnitude) {

  /** This way of rotating with another base and without any scaling. */
  public RopeSpec unscaled(float otherBase, float otherMagnitude) {
    return new RopeSpec(
        style, dimensions, otherBase, 1, Optional.empty(), Optional.empty(), otherMagnitude);
  }

  /** This way of rotating other pairs. */
  public RopeSpec withStyle(RotaryStyle other) {
    return other == style
        ? this
        : new RopeSpec(other, dimensions, base, frequencyScale, yarn, factors, magnitude);
  }

  /** This way of rotating over more or fewer elements, which must be even. */
  public RopeSpec over(int otherDimensions) {
    return new RopeSpec(style, otherDimensions, base, frequencyScale, yarn, factors, magnitude);
  }

  /** This way of rotating with another base. */
  public RopeSpec withBase(float otherBase) {
    return otherBase == base
        ? this
        : new RopeSpec(style, dimensions, otherBase, frequencyScale, yarn, factors, magnitude);
  }

  /** This way of rotating with frequencies divided by these [dimensions / 2], at any length. */
  public RopeSpec withDivisors(float[] divisors) {
    return new RopeSpec(
        style,
        dimensions,
        base,
        frequencyScale,
        yarn,
        Optional.of(new Factors(divisors, divisors, 0)),
        magnitude);
  }

  /**
   * @param originalContext tokens trained for before scaling
   * @param fast rotations over that context above which a frequency is left alone (β)
   * @param slow rotations below which it is interpolated (α)
   */
  public record Yarn(int originalContext, float fast, float slow) {}

  /**
   * LongRoPE (Ding et al. 2024, arXiv 2402.13753) has two sets of divisors; llama 3.1's {@code
   * rope_freqs} is one set for every length.
   *
   * @param within divisors [dimensions / 2] for sessions of up to {@code originalContext} tokens
   * @param beyond divisors for longer sessions
   * @param originalContext where the second set takes over
   */
  public record Factors(float[] within, float[] beyond, int originalContext) {}

  /**
   * The rotations of a session that may grow to {@code contextLength} tokens; the arithmetic is
   * that of {@code rope_yarn} in llama.cpp's <a
   * href="https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/ggml/src/ggml-cpu/ops.cpp">ops.cpp</a>.
   */
  RotaryTable forContext(int contextLength) {
    double[] frequencies = new double[dimensions / 2];
    double[] divisors = new double[dimensions / 2];
    Arrays.fill(divisors, 1);
    factors.ifPresent(
        f -> {
          float[] chosen = contextLength > f.originalContext ? f.beyond : f.within;
          for (int i = 0; i < divisors.length; i++) {
            divisors[i] = chosen[i];
          }
        });
    for (int i = 0; i < frequencies.length; i++) {
      double trained = Math.pow(base, -2.0 * i / dimensions) / divisors[i];
      double kept = yarn.isPresent() ? keptShare(yarn.get(), i) : 0;
      frequencies[i] = trained * (frequencyScale * (1 - kept) + kept);
    }
    return new RotaryTable(style, frequencies, magnitude);
  }

  /**
   * 1 for pairs that turn often within the original context, 0 for the slow ones, a ramp between.
   */
  private double keptShare(Yarn yarn, int pair) {
    double low = Math.max(0, Math.floor(pairThatTurns(yarn.fast, yarn.originalContext)));
    double high =
        Math.min(dimensions - 1, Math.ceil(pairThatTurns(yarn.slow, yarn.originalContext)));
    double ramp = (pair - low) / Math.max(0.001, high - low);
    return 1 - Math.clamp(ramp, 0, 1);
  }

  private double pairThatTurns(double turns, int context) {
    return dimensions * Math.log(context / (turns * 2 * Math.PI)) / (2 * Math.log(base));
  }
}
