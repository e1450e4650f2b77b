package headroom.fit;

import headroom.device.Device;
import headroom.speed.DecodeRates;
import headroom.speed.DecodeWork;
import headroom.speed.DeviceTraits;
import headroom.speed.Era;
import headroom.speed.SpeedConstants;
import headroom.speed.SpeedConstants.Calibrated;
import headroom.speed.WeightTraffic;
import headroom.units.Bandwidth;
import headroom.units.TokenRate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How fast tokens are generated.
 *
 * <p>A step takes the bytes it reads over a share of the bandwidth, plus the arithmetic of
 * unpacking weights, plus a time per layer and per token; places that hold layers in turn add up.
 */
public final class DecodeSpeed {
  private static final String SOURCE =
      "bytes over bandwidth, unpacking and a time per layer; constants fitted by"
          + " ./headroom calibrate on ";

  private DecodeSpeed() {}

  /**
   * Predicts decode of one sequence with {@code depth} tokens in the cache.
   *
   * @return empty where a device's bandwidth or its class is unknown
   */
  public static Optional<SpeedEstimate> at(FitQuestion question, int depth) {
    Optional<SpeedSetting> setting = SpeedSetting.of(question);
    return setting.isEmpty() ? Optional.empty() : at(question, depth, setting.get());
  }

  /** The same by a certain program. */
  public static Optional<SpeedEstimate> at(FitQuestion question, int depth, SpeedSetting setting) {
    if (question.machine().cards().size() > 1) {
      return OffloadSpeed.decode(Placed.of(question), depth, setting);
    }
    ModelTraffic traffic = ModelTraffic.of(question);
    double cache = TokenTraffic.cacheBytes(traffic, question, depth);
    double states = TokenTraffic.stateBytes(traffic);
    PlaceTraffic only =
        new PlaceTraffic(
            0, question.device(), setting.backend(), traffic.weights(), cache, states, 1);
    return over(List.of(only), question, depth, setting.era());
  }

  /**
   * What one step of decode asks of equal devices that share the layers evenly; empty where their
   * bandwidth is unknown.
   */
  public static Optional<DecodeWork> work(FitQuestion question, int depth, SpeedSetting setting) {
    Device device = question.device();
    if (device.bandwidth().isEmpty()) {
      return Optional.empty();
    }
    ModelTraffic traffic = ModelTraffic.of(question);
    return Optional.of(
        new DecodeWork(
            DeviceTraits.of(device, setting.backend(), setting.era()),
            traffic.weights(),
            TokenTraffic.cacheBytes(traffic, question, depth),
            TokenTraffic.stateBytes(traffic),
            question.flashAttention(),
            device.bandwidth().get().bytesPerSecond(),
            DeviceTraits.unpackingRate(device),
            question.machine().cards().size()));
  }

  /**
   * Predicts decode where each place holds a part of the model and works when its turn comes.
   *
   * @param places in the order in which a token passes them
   * @param depth tokens in the cache, for the formula
   * @return empty where a device's bandwidth is unknown
   */
  public static Optional<SpeedEstimate> over(
      List<PlaceTraffic> places, FitQuestion question, int depth, Era era) {
    Step step = Step.of(places, question, era);
    return step == null
        ? Optional.empty()
        : Optional.of(estimate(places, step, question, depth, era));
  }

  /**
   * Seconds for one token without speculation.
   *
   * @return empty where a device's bandwidth is unknown
   */
  static OptionalDouble seconds(List<PlaceTraffic> places, FitQuestion question, Era era) {
    Step step = Step.of(places, question, era);
    return step == null ? OptionalDouble.empty() : OptionalDouble.of(step.seconds());
  }

  /**
   * Tokens per second of all sequences together where {@code sequences} of them generate at once:
   * dense weights are read once for all, experts as often as different ones are chosen, the cache
   * once for each; the arithmetic of the matrices sets a limit.
   *
   * @return empty where a fact is missing
   */
  public static Optional<SpeedEstimate> together(FitQuestion question, int depth, int sequences) {
    Optional<SpeedSetting> setting = SpeedSetting.of(question);
    if (setting.isEmpty() || question.machine().cards().size() != 1) {
      return Optional.empty();
    }
    ModelTraffic traffic = ModelTraffic.of(question);
    WeightTraffic one = traffic.weights();
    // Experts chosen at random by independent tokens: 1 - (1 - share)^n of them are read.
    double chosen = (1 - Math.pow(1 - one.expertShare(), sequences)) / one.expertShare();
    WeightTraffic all = one.withExperts(chosen);
    PlaceTraffic place =
        new PlaceTraffic(
            0,
            question.device(),
            setting.get().backend(),
            all,
            sequences * (double) TokenTraffic.cacheBytes(traffic, question, depth),
            sequences * (double) TokenTraffic.stateBytes(traffic),
            1);
    Optional<SpeedEstimate> step = over(List.of(place), question, depth, setting.get().era());
    double arithmetic = PrefillSpeed.arithmeticSeconds(question, sequences, depth, setting.get());
    return step.map(
        alone -> {
          boolean bound = arithmetic * alone.median().tokensPerSecond() > 1;
          double factor =
              bound ? sequences / arithmetic / alone.median().tokensPerSecond() : sequences;
          return new SpeedEstimate(
              times(alone.median(), factor),
              times(alone.low(), factor),
              times(alone.high(), factor),
              bound ? "arithmetic" : alone.limiter(),
              () -> "%d sequences at once: %s".formatted(sequences, alone.formula()),
              alone.source());
        });
  }

  private static TokenRate times(TokenRate rate, double factor) {
    return new TokenRate(rate.tokensPerSecond() * factor);
  }

  /** Times of one step, added up over the places. */
  private static final class Step {
    private double moving;
    private double unpacking;
    private double layers;
    private double once;
    private double crossings;
    private double low = 1;
    private double high = 1;
    private double slowest;
    private int slowestPlace;

    /** Null where a device's bandwidth is unknown. */
    static @Nullable Step of(List<PlaceTraffic> places, FitQuestion question, Era era) {
      Step step = new Step();
      double logLow = 0;
      double logHigh = 0;
      double all = 0;
      int visits = 0;
      for (int i = 0; i < places.size(); i++) {
        PlaceTraffic place = places.get(i);
        Device device = place.device();
        if (device.bandwidth().isEmpty()) {
          return null;
        }
        Calibrated constants = SpeedConstants.of(DeviceTraits.of(device, place.backend(), era));
        DecodeRates.Parts parts =
            constants
                .decode()
                .step(
                    place.weights(),
                    place.cacheBytes(),
                    place.stateBytes(),
                    question.flashAttention(),
                    device.bandwidth().get().bytesPerSecond(),
                    DeviceTraits.unpackingRate(device));
        step.moving += parts.movingSeconds();
        step.unpacking += parts.unpackingSeconds();
        step.layers += parts.layersSeconds();
        if (i == 0) {
          step.once = constants.decode().tokenSeconds();
        }
        visits += place.visits();
        double own = parts.seconds();
        if (own > step.slowest) {
          step.slowest = own;
          step.slowestPlace = i;
        }
        step.low = constants.decodeInterval().low();
        step.high = constants.decodeInterval().high();
        if (places.size() > 1) {
          logLow += own * Math.log(step.low);
          logHigh += own * Math.log(step.high);
          all += own;
        }
      }
      if (places.size() > 1) {
        step.crossings = (visits - 1) * crossingSeconds(places.getFirst(), era);
        // Errors of the places go the same way at worst; each counts by its time.
        step.low = Math.exp(logLow / all);
        step.high = Math.exp(logHigh / all);
      }
      return step;
    }

    double seconds() {
      return moving + unpacking + layers + once + crossings;
    }
  }

  /** What a change of place costs: fitted on runs over several cards, as the first card has it. */
  private static double crossingSeconds(PlaceTraffic first, Era era) {
    return SpeedConstants.decode(DeviceTraits.of(first.device(), first.backend(), era))
        .cardSeconds();
  }

  private static SpeedEstimate estimate(
      List<PlaceTraffic> places, Step step, FitQuestion question, int depth, Era era) {
    double speedup =
        question.speculation().isPresent() ? question.speculation().get().speedup() : 1;
    double rate = speedup / step.seconds();
    Supplier<String> formula = () -> formula(places, step, question, depth, era);
    return new SpeedEstimate(
        new TokenRate(rate),
        new TokenRate(rate * step.low),
        new TokenRate(rate * step.high),
        limiter(places, step),
        () ->
            formula.get()
                + question.speculation().map(s -> "; speculation: " + s.formula()).orElse(""),
        question.speculation().isEmpty()
            ? Sources.DECODE
            : Sources.DECODE + "; speculation: " + question.speculation().get().source());
  }

  private static final class Sources {
    private static final String DECODE = SOURCE + SpeedConstants.current().basis();
  }

  private static String limiter(List<PlaceTraffic> places, Step step) {
    if (step.crossings > step.moving + step.unpacking + step.layers) {
      return "changes of place between cards and host";
    }
    if (step.layers + step.once + step.crossings > step.moving + step.unpacking) {
      return "per-layer overhead";
    }
    if (step.unpacking > step.moving) {
      return "arithmetic of unpacking";
    }
    PlaceTraffic slowest = places.get(step.slowestPlace);
    if (places.size() > 1) {
      return slowest.isHost()
          ? "memory bandwidth of the host"
          : "memory bandwidth of " + slowest.device().name();
    }
    return slowest.cacheBytes() > slowest.weights().bytes()
        ? "memory bandwidth, mostly the cache"
        : "memory bandwidth";
  }

  private static String formula(
      List<PlaceTraffic> places, Step step, FitQuestion question, int depth, Era era) {
    StringBuilder text = new StringBuilder();
    for (PlaceTraffic place : places) {
      DecodeRates rates =
          SpeedConstants.decode(DeviceTraits.of(place.device(), place.backend(), era));
      text.append(text.isEmpty() ? "" : " + ").append(label(places, place, question));
      text.append(
          String.format(
              Locale.ROOT,
              "(%.3f GB weights + %.2f × %.3f GB cache at depth %d) / (%.2f × %s)"
                  + " + %.0f layers × %.0f µs",
              place.weights().bytes() / 1e9,
              question.flashAttention() ? rates.cacheFactor() : rates.plainCacheFactor(),
              (place.cacheBytes() + place.stateBytes()) / 1e9,
              depth,
              rates.bandwidthShare(),
              place.device().bandwidth().map(Bandwidth::toString).orElse("?"),
              place.weights().layers(),
              rates.layerSeconds() * 1e6));
    }
    if (places.size() > 1) {
      text.append(String.format(Locale.ROOT, " + %.2f ms changing place", step.crossings * 1e3));
    }
    return text
        + String.format(
            Locale.ROOT,
            " + %.2f ms unpacking + %.2f ms once per token = %.2f ms",
            step.unpacking * 1e3,
            step.once * 1e3,
            step.seconds() * 1e3);
  }

  private static String label(List<PlaceTraffic> places, PlaceTraffic place, FitQuestion question) {
    if (places.size() == 1) {
      return "";
    }
    return (place.isHost() ? "host" : question.machine().idOf(place.card())) + ": ";
  }
}
