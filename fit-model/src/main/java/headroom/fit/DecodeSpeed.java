package headroom.fit;

import headroom.device.Card;
import headroom.device.Device;
import headroom.speed.Backend;
import headroom.speed.DecodeRates;
import headroom.speed.DecodeWork;
import headroom.speed.DeviceTraits;
import headroom.speed.Era;
import headroom.speed.SpeedConstants;
import headroom.speed.SpeedConstants.Interval;
import headroom.speed.WeightTraffic;
import headroom.units.Bandwidth;
import headroom.units.TokenRate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

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
  public static Optional<SpeedEstimate> at(
      FitQuestion question, int depth, SpeedSetting setting) {
    ModelTraffic traffic = ModelTraffic.of(question);
    double cache = TokenTraffic.cacheBytes(traffic, question, depth);
    double states = TokenTraffic.stateBytes(traffic);
    List<Card> cards = question.machine().cards();
    if (cards.size() == 1) {
      PlaceTraffic only =
          new PlaceTraffic(
              question.device(), setting.backend(), traffic.weights(), cache, states, 0);
      return over(List.of(only), question, depth, setting.era());
    }
    List<PlaceTraffic> places = new ArrayList<>(cards.size());
    for (int i = 0; i < cards.size(); i++) {
      double share = share(question, i);
      Device device = cards.get(i).device();
      Backend backend =
          i == 0 ? setting.backend() : Backend.usual(device).orElse(setting.backend());
      // One row of the residual stream goes from card to card, in F32.
      double link = i == 0 ? 0 : 4.0 * question.model().embeddingSize();
      places.add(
          new PlaceTraffic(
              device,
              backend,
              traffic.weights().times(share),
              cache * share,
              states * share,
              link));
    }
    return over(places, question, depth, setting.era());
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

  /** Layers of a card over all: as asked for, else by memory, else evenly. */
  private static double share(FitQuestion question, int card) {
    List<Double> asked = question.placement().shares();
    List<Card> cards = question.machine().cards();
    double own = 0;
    double all = 0;
    for (int i = 0; i < cards.size(); i++) {
      double part =
          asked.isEmpty()
              ? cards.get(i).memory().map(memory -> (double) memory.value()).orElse(1.0)
              : i < asked.size() ? asked.get(i) : 0;
      all += part;
      own = i == card ? part : own;
    }
    return own / all;
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
    Step step = new Step();
    for (int i = 0; i < places.size(); i++) {
      PlaceTraffic place = places.get(i);
      if (place.device().bandwidth().isEmpty()) {
        return Optional.empty();
      }
      step.add(place, question, era);
    }
    return Optional.of(estimate(places, step, question, depth, era));
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
            question.device(),
            setting.get().backend(),
            all,
            sequences * (double) TokenTraffic.cacheBytes(traffic, question, depth),
            sequences * (double) TokenTraffic.stateBytes(traffic),
            0);
    Optional<SpeedEstimate> step = over(List.of(place), question, depth, setting.get().era());
    Optional<SpeedEstimate> arithmetic =
        PrefillSpeed.of(question.withMicroBatch(Math.max(1, sequences)), sequences, depth);
    return step.map(
        alone -> {
          double rate = alone.median().tokensPerSecond() * sequences;
          boolean bound =
              arithmetic.isPresent() && arithmetic.get().median().tokensPerSecond() < rate;
          double factor =
              bound
                  ? arithmetic.get().median().tokensPerSecond() / alone.median().tokensPerSecond()
                  : sequences;
          return new SpeedEstimate(
              times(alone.median(), factor),
              times(alone.low(), factor),
              times(alone.high(), factor),
              bound ? "arithmetic" : alone.limiter(),
              () ->
                  "%d sequences at once: %s".formatted(sequences, alone.formula()),
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
    private double links;
    private double once;
    private double low = 1;
    private double high = 1;
    private int places;

    void add(PlaceTraffic place, FitQuestion question, Era era) {
      Device device = place.device();
      DeviceTraits traits = DeviceTraits.of(device, place.backend(), era);
      DecodeRates rates = SpeedConstants.decode(traits);
      DecodeRates.Parts parts =
          rates.step(
              place.weights(),
              place.cacheBytes(),
              place.stateBytes(),
              question.flashAttention(),
              device.bandwidth().map(Bandwidth::bytesPerSecond).orElse(1.0),
              DeviceTraits.unpackingRate(device));
      moving += parts.movingSeconds();
      unpacking += parts.unpackingSeconds();
      layers += parts.layersSeconds();
      if (place.linkBytes() > 0 && device.link().isPresent()) {
        links += place.linkBytes() / device.link().get().bytesPerSecond();
      }
      once = places == 0 ? rates.tokenSeconds() : once + rates.cardSeconds();
      Interval interval = SpeedConstants.current().interval("decode", traits);
      low = Math.min(low, interval.low());
      high = Math.max(high, interval.high());
      places++;
    }

    double seconds() {
      return moving + unpacking + layers + links + once;
    }
  }

  private static SpeedEstimate estimate(
      List<PlaceTraffic> places, Step step, FitQuestion question, int depth, Era era) {
    double speedup = question.speculation().isPresent() ? question.speculation().get().speedup() : 1;
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
    if (step.layers + step.once + step.links > step.moving + step.unpacking) {
      return "per-layer overhead";
    }
    if (step.unpacking > step.moving) {
      return "arithmetic of unpacking";
    }
    double cache = 0;
    double weights = 0;
    for (int i = 0; i < places.size(); i++) {
      cache += places.get(i).cacheBytes();
      weights += places.get(i).weights().bytes();
    }
    return cache > weights ? "memory bandwidth, mostly the cache" : "memory bandwidth";
  }

  private static String formula(
      List<PlaceTraffic> places, Step step, FitQuestion question, int depth, Era era) {
    StringBuilder text = new StringBuilder();
    for (PlaceTraffic place : places) {
      DecodeRates rates =
          SpeedConstants.decode(DeviceTraits.of(place.device(), place.backend(), era));
      text.append(text.isEmpty() ? "" : " + ")
          .append(
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
    return text
        + String.format(
            Locale.ROOT,
            " + %.2f ms unpacking + %.2f ms once per token = %.2f ms",
            step.unpacking * 1e3,
            (step.once + step.links) * 1e3,
            step.seconds() * 1e3);
  }
}
