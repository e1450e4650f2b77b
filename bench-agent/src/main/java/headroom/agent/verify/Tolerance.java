package headroom.agent.verify;

import headroom.gguf.GgufHeader;
import headroom.quant.QuantFormat;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import tools.jackson.databind.JsonNode;

/**
 * How far logits may lie from the golden ones.
 *
 * @param maxAbs largest distance of one logit
 * @param rms root mean square distance that passes too, where the golden file gives one
 */
record Tolerance(double maxAbs, OptionalDouble rms) {
  /** F32 weights and cache: only the order of additions differs. */
  private static final double F32_MAX = 2e-3;

  /** Room over the distance that llama.cpp itself keeps from exact arithmetic. */
  private static final double RMS_ROOM = 1.2;

  private static final double MAX_ROOM = 1.5;

  /**
   * Where a quantised golden file gives no exact logits: 0.343, the largest distance of llama.cpp
   * with 8-bit activations from exact arithmetic in golden llama256-q8_0, over 2.96, the standard
   * deviation of the logits there.
   */
  private static final double NATIVE_SHARE_OF_DEVIATION = 0.343 / 2.96;

  /** The tolerance for a golden model run of this file. */
  static Tolerance of(JsonNode golden, GgufHeader header, double[] wantedLogits) {
    JsonNode exact = golden.path("exact");
    if (exact.has("native_vs_exact_rms_all")) {
      return new Tolerance(
          MAX_ROOM * exact.path("native_vs_exact_max_abs_last").asDouble(),
          OptionalDouble.of(RMS_ROOM * exact.path("native_vs_exact_rms_all").asDouble()));
    }
    boolean f32 = header.tensors().stream().allMatch(t -> t.format() == QuantFormat.F32);
    return f32
        ? new Tolerance(F32_MAX, OptionalDouble.empty())
        : new Tolerance(
            MAX_ROOM * NATIVE_SHARE_OF_DEVIATION * deviation(wantedLogits), OptionalDouble.empty());
  }

  boolean allows(Distance distance) {
    return distance.maxAbs() <= maxAbs || (rms.isPresent() && distance.rms() <= rms.getAsDouble());
  }

  private static double deviation(double[] values) {
    double mean = DoubleStream.of(values).average().orElse(0);
    return Math.sqrt(DoubleStream.of(values).map(v -> (v - mean) * (v - mean)).average().orElse(0));
  }
}
