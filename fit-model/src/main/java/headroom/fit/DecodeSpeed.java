package headroom.fit;

import headroom.device.Device;
import headroom.speed.DecodeRates;
import headroom.speed.DecodeWork;
import headroom.speed.DeviceTraits;
import headroom.speed.Era;
import headroom.speed.PrefillWork;
import headroom.speed.SpeedConstants;
import headroom.speed.SpeedConstants.Calibrated;
import headroom.units.Bandwidth;
import headroom.units.TokenRate;
import java.util.ArrayList;
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

  /** Limiter of many sequences at once. */
  static final String ARITHMETIC = "arithmetic";

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
    return over(places, List.of(), Optional.empty(), question, depth, era);
  }

  /**
   * The same where other places compute parts of the same matrices at the same time.
   *
   * @param inTurn places that work when their turn comes
   * @param atOnce places that work at the same time, of which the slowest counts
   * @param exchange what those tell each other
   */
  static Optional<SpeedEstimate> over(
      List<PlaceTraffic> inTurn,
      List<PlaceTraffic> atOnce,
      Optional<Exchange> exchange,
      FitQuestion question,
      int depth,
      Era era) {
    List<PlaceTraffic> places = inTurn;
    if (!atOnce.isEmpty()) {
      PlaceTraffic slowest = atOnce.getFirst();
      double longest = 0;
      for (PlaceTraffic place : atOnce) {
        Step own = Step.of(List.of(place), question, era);
        if (own == null) {
          return Optional.empty();
        }
        if (own.seconds() > longest) {
          longest = own.seconds();
          slowest = place;
        }
      }
      places = new ArrayList<>(List.of(slowest));
      places.addAll(inTurn);
    }
    Step step = Step.of(places, question, era);
    if (step == null) {
      return Optional.empty();
    }
    if (exchange.isPresent()) {
      step.exchange = exchange.get();
      step.low = Exchange.widened(step.low);
      step.high = Exchange.widened(step.high);
    }
    return Optional.of(estimate(places, step, question, depth, era));
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
    return together(Placed.of(question), depth, sequences);
  }

  /** The same of a question whose placement is decided. */
  static Optional<SpeedEstimate> together(Placed placed, int depth, int sequences) {
    Optional<SpeedSetting> setting = SpeedSetting.of(placed.question());
    if (setting.isEmpty()) {
      return Optional.empty();
    }
    Optional<SpeedEstimate> step = OffloadSpeed.decode(placed, depth, setting.get(), sequences);
    return sequences == 1 ? step : step.map(alone -> served(alone, sequences));
  }

  /**
   * Rates of all sequences where one step's are known. No run of several sequences is among the
   * fitted ones, so the interval is widened.
   */
  private static SpeedEstimate served(SpeedEstimate step, int sequences) {
    double median = step.median().tokensPerSecond();
    return new SpeedEstimate(
        times(step.median(), sequences),
        times(step.median(), sequences * Exchange.widened(step.low().tokensPerSecond() / median)),
        times(step.median(), sequences * Exchange.widened(step.high().tokensPerSecond() / median)),
        step.limiter(),
        () -> "%d sequences at once: %s".formatted(sequences, step.formula()),
        step.source());
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
    private double arithmetic;
    private @Nullable Exchange exchange;
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
                    place.read(),
                    place.cacheBytes(),
                    place.stateBytes(),
                    question.flashAttention(),
                    device.bandwidth().get().bytesPerSecond(),
                    DeviceTraits.unpackingRate(device));
        step.moving += parts.movingSeconds();
        step.layers += parts.layersSeconds();
        double matrices = place.sequences() == 1 ? 0 : matrixSeconds(place, constants, era);
        boolean arithmetic = matrices > parts.unpackingSeconds();
        step.unpacking += arithmetic ? 0 : parts.unpackingSeconds();
        step.arithmetic += arithmetic ? matrices : 0;
        if (i == 0) {
          step.once = constants.decode().tokenSeconds();
        }
        visits += place.visits();
        double own =
            arithmetic ? parts.movingSeconds() + parts.layersSeconds() + matrices : parts.seconds();
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

    /** Matrix units take over from the plain arithmetic of one token where that is slower. */
    private static double matrixSeconds(PlaceTraffic place, Calibrated constants, Era era) {
      Device device = place.device();
      double peak = DeviceTraits.floatPeak(device);
      if (peak == 0 || device.bandwidth().isEmpty()) {
        return 0;
      }
      int tokens = place.sequences();
      return new PrefillWork(
              DeviceTraits.of(device, place.backend(), era),
              place.weights(),
              tokens,
              tokens,
              0,
              true,
              peak,
              device.bandwidth().get().bytesPerSecond(),
              1)
          .parts(constants.prefill())
          .matricesSeconds();
    }

    double exchanging() {
      return exchange == null ? 0 : exchange.seconds();
    }

    double seconds() {
      return moving + unpacking + arithmetic + layers + once + crossings + exchanging();
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
        source(step, question));
  }

  private static String source(Step step, FitQuestion question) {
    if (question.speculation().isEmpty() && step.exchange == null) {
      return Sources.DECODE;
    }
    return Sources.DECODE
        + (step.exchange == null ? "" : "; " + step.exchange.source())
        + question.speculation().map(s -> "; speculation: " + s.source()).orElse("");
  }

  private static final class Sources {
    private static final String DECODE = SOURCE + SpeedConstants.current().basis();
  }

  private static String limiter(List<PlaceTraffic> places, Step step) {
    if (step.exchanging() > step.seconds() / 2) {
      return "the link between the cards";
    }
    if (step.arithmetic > step.moving + step.layers) {
      return ARITHMETIC;
    }
    if (step.crossings > step.moving + step.unpacking + step.layers) {
      return "changes of place between cards and host";
    }
    if (step.layers + step.once + step.crossings > step.moving + step.unpacking + step.arithmetic) {
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
              place.read().bytes() / 1e9,
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
    if (step.exchange != null) {
      text.insert(0, "each card at the same time, the slowest: ");
      text.append(" + ").append(step.exchange.text().get());
    }
    if (step.arithmetic > 0) {
      text.append(String.format(Locale.ROOT, " + %.2f ms matrices", step.arithmetic * 1e3));
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
