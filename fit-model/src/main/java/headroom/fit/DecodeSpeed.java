package headroom.fit;

import headroom.units.Bandwidth;
import headroom.units.TokenRate;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** How fast one sequence generates when all of it lies on the device. */
public final class DecodeSpeed {
  private DecodeSpeed() {}

  /**
   * Predicts decode with {@code depth} tokens in the cache.
   *
   * @return empty where the device's bandwidth or its class is unknown
   */
  public static Optional<SpeedEstimate> at(FitQuestion question, int depth) {
    Optional<Bandwidth> bandwidth = question.device().bandwidth();
    Optional<DeviceEfficiency> efficiency = DeviceEfficiency.of(question.device());
    if (bandwidth.isEmpty() || efficiency.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        estimate(question, TokenTraffic.of(question, depth), bandwidth.get(), efficiency.get()));
  }

  private static SpeedEstimate estimate(
      FitQuestion question, TokenTraffic traffic, Bandwidth peak, DeviceEfficiency efficiency) {
    Bandwidth effective = peak.times(efficiency.bandwidthShare());
    int layers = question.model().layers().size();
    double moving = effective.secondsFor(traffic.total());
    double overhead = layers * efficiency.layerMicros() * 1e-6;
    double speedup = question.speculation().map(Speculation::speedup).orElse(1.0);
    double rate = speedup / (moving + overhead);
    Supplier<String> formula =
        () ->
            String.format(
                Locale.ROOT,
                "(%.3f GB weights + %.3f GB cache at depth %d) / (%.2f × %s) + %d layers × %.0f µs ="
                    + " %.2f ms",
                traffic.weights().value() / 1e9,
                traffic.cache().value() / 1e9,
                traffic.depth(),
                efficiency.bandwidthShare(),
                peak,
                layers,
                efficiency.layerMicros(),
                (moving + overhead) * 1e3);
    return new SpeedEstimate(
        new TokenRate(rate),
        new TokenRate(rate * efficiency.decode().low()),
        new TokenRate(rate * efficiency.decode().high()),
        limiter(traffic, moving, overhead),
        () ->
            formula.get()
                + question.speculation().map(s -> "; speculation: " + s.formula()).orElse(""),
        efficiency.source()
            + question.speculation().map(s -> "; speculation: " + s.source()).orElse(""));
  }

  private static String limiter(TokenTraffic traffic, double moving, double overhead) {
    if (overhead > moving) {
      return "per-layer overhead";
    }
    return traffic.cache().compareTo(traffic.weights()) > 0
        ? "memory bandwidth, mostly the cache"
        : "memory bandwidth";
  }
}
