package headroom.fit;

import headroom.device.ComputeRates;
import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.fit.Placement.Split;
import headroom.units.Bandwidth;
import headroom.units.Bytes;
import headroom.units.TokenRate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * How fast a model runs that lies on several cards or partly on the host: a token visits one place
 * after the other, so times add up.
 */
final class OffloadSpeed {
  /**
   * What a change of place costs a token. Llama-3-8B on 2 to 6 RTX 3090 loses 0.16 ms per card
   * added, on 2 to 8 RTX 4090 0.07 ms (tg512, Q4_K_M and F16).
   */
  static final double CROSSING_SECONDS = 0.12e-3;

  private static final String CROSSING_SOURCE =
      "time per change of place from Llama-3-8B on 2 to 6 RTX 3090 (0.16 ms for each card added) and"
          + " 2 to 8 RTX 4090 (0.07 ms), XiongjieDai/GPU-Benchmarks-on-LLM-Inference";

  /**
   * Share of the link that copies of weights reach: 11 of 15.75 GB/s from pinned memory
   * (https://forums.developer.nvidia.com/t/148400), less from the mapped file that llama.cpp copies
   * from.
   */
  private static final double LINK_SHARE = 0.5;

  private static final String LINK_SOURCE =
      "half of the link's peak for copies out of a mapped file: 11 of 15.75 GB/s were measured from"
          + " pinned memory (https://forums.developer.nvidia.com/t/148400), mapped pages are slower";

  /**
   * What one token moves at one place.
   *
   * @param card its index, or {@link Layout#HOST}
   * @param weights bytes of weights read
   * @param cache bytes of cache read
   * @param layers layers computed there
   */
  record PlaceTraffic(int card, long weights, long cache, int layers) {}

  private OffloadSpeed() {}

  /** Traffic of each place that computes anything, cards first. */
  static List<PlaceTraffic> traffic(Placed placed, int depth) {
    Layout layout = placed.layout();
    LayerTable table = placed.table();
    int places = layout.cards() + 1; // The host is the last.
    long[] weights = new long[places];
    long[] cache = new long[places];
    int[] layers = new int[places];
    long[] cacheOf = new long[table.kinds().size()];
    for (int kind = 0; kind < cacheOf.length; kind++) {
      cacheOf[kind] =
          TokenTraffic.cacheRead(table.kinds().get(kind).attention(), placed.question(), depth);
    }
    double used = placed.question().techniques().feedForwardShare().orElse(1);
    for (int layer = 0; layer < layout.layers(); layer++) {
      int dense = index(layout.dense(layer), places);
      weights[dense] += table.dense(layer);
      cache[dense] += cacheOf[table.kindOf(layer)];
      layers[dense]++;
      weights[index(layout.experts(layer), places)] +=
          Math.round(table.activeExperts(layer) * used);
    }
    weights[index(layout.output(), places)] += table.output();
    List<PlaceTraffic> traffic = new ArrayList<>();
    for (int place = 0; place < places; place++) {
      if (weights[place] + cache[place] > 0) {
        traffic.add(
            new PlaceTraffic(
                place == places - 1 ? Layout.HOST : place,
                weights[place],
                cache[place],
                layers[place]));
      }
    }
    return traffic;
  }

  private static int index(int card, int places) {
    return card == Layout.HOST ? places - 1 : card;
  }

  /** Seconds for one token without speculation; empty where a place's speed is not known. */
  static OptionalDouble decodeSeconds(Placed placed, int depth) {
    if (placed.layout().split() != Split.LAYER && placed.layout().cards() > 1) {
      return OptionalDouble.empty();
    }
    double seconds = crossings(placed) * CROSSING_SECONDS;
    for (PlaceTraffic place : traffic(placed, depth)) {
      OptionalDouble own = secondsAt(placed.question(), place);
      if (own.isEmpty()) {
        return OptionalDouble.empty();
      }
      seconds += own.getAsDouble();
    }
    return OptionalDouble.of(seconds);
  }

  /** A single card's own measurements include the step from the host to it. */
  private static int crossings(Placed placed) {
    return Math.max(0, placed.layout().crossings(placed.table()) - 1);
  }

  private static OptionalDouble secondsAt(FitQuestion question, PlaceTraffic place) {
    Optional<Device> device = device(question, place.card());
    if (device.isEmpty() || device.get().bandwidth().isEmpty()) {
      return OptionalDouble.empty();
    }
    Optional<DeviceEfficiency> efficiency = DeviceEfficiency.of(device.get());
    if (efficiency.isEmpty()) {
      return OptionalDouble.empty();
    }
    double rate =
        device.get().bandwidth().get().bytesPerSecond() * efficiency.get().bandwidthShare();
    return OptionalDouble.of(
        (place.weights() + place.cache()) / rate
            + place.layers() * efficiency.get().layerMicros() * 1e-6);
  }

  /**
   * The card's device, or the host's memory as a device; empty where its bandwidth is not known.
   */
  static Optional<Device> device(FitQuestion question, int card) {
    if (card != Layout.HOST) {
      return Optional.of(question.machine().cards().get(card).device());
    }
    return question
        .machine()
        .host()
        .bandwidth()
        .map(
            bandwidth ->
                new Device(
                    "host",
                    "the host",
                    "generic",
                    DeviceKind.CPU_MEMORY,
                    question.machine().host().memory(),
                    Optional.of(bandwidth),
                    ComputeRates.UNKNOWN,
                    true,
                    Optional.empty(),
                    OptionalDouble.empty()));
  }

  /** Predicts decode; empty where a place's speed is not known or the split is not by layers. */
  static Optional<SpeedEstimate> decode(Placed placed, int depth) {
    OptionalDouble seconds = decodeSeconds(placed, depth);
    if (seconds.isEmpty()) {
      return Optional.empty();
    }
    FitQuestion question = placed.question();
    List<PlaceTraffic> places = traffic(placed, depth);
    double low = 1;
    double high = 1;
    double slowest = crossings(placed) * CROSSING_SECONDS;
    String limiter = "changes of place between cards and host";
    StringBuilder basis = new StringBuilder();
    for (PlaceTraffic place : places) {
      Device device = device(question, place.card()).orElseThrow();
      DeviceEfficiency efficiency = DeviceEfficiency.of(device).orElseThrow();
      low = Math.min(low, efficiency.decode().low());
      high = Math.max(high, efficiency.decode().high());
      double own = secondsAt(question, place).orElseThrow();
      if (own > slowest) {
        slowest = own;
        limiter =
            place.card() == Layout.HOST
                ? "memory bandwidth of the host"
                : "memory bandwidth of " + device.name();
      }
      if (basis.indexOf(efficiency.source()) < 0) {
        basis.append(basis.isEmpty() ? "" : "; ").append(efficiency.source());
      }
    }
    double rate =
        question.speculation().map(Speculation::speedup).orElse(1.0) / seconds.getAsDouble();
    String source = basis + "; " + CROSSING_SOURCE;
    return Optional.of(
        new SpeedEstimate(
            new TokenRate(rate),
            new TokenRate(rate * low),
            new TokenRate(rate * high),
            limiter,
            formula(placed, places, seconds.getAsDouble()),
            source));
  }

  private static Supplier<String> formula(
      Placed placed, List<PlaceTraffic> places, double seconds) {
    return () -> {
      List<String> terms = new ArrayList<>();
      for (PlaceTraffic place : places) {
        Device device = device(placed.question(), place.card()).orElseThrow();
        DeviceEfficiency efficiency = DeviceEfficiency.of(device).orElseThrow();
        terms.add(
            String.format(
                Locale.ROOT,
                "%s: (%.3f GB weights + %.3f GB cache) / (%.2f × %s) + %d layers × %.0f µs",
                place.card() == Layout.HOST
                    ? "host"
                    : placed.question().machine().idOf(place.card()),
                place.weights() / 1e9,
                place.cache() / 1e9,
                efficiency.bandwidthShare(),
                device.bandwidth().orElseThrow(),
                place.layers(),
                efficiency.layerMicros()));
      }
      return String.format(
          Locale.ROOT,
          "%s; %d changes of place × %.2f ms = %.2f ms%s",
          String.join("; ", terms),
          crossings(placed),
          CROSSING_SECONDS * 1e3,
          seconds * 1e3,
          placed
              .question()
              .speculation()
              .map(draft -> "; speculation: " + draft.formula())
              .orElse(""));
    };
  }

  /**
   * Predicts reading a prompt. Weights of the host are copied to the first card for every
   * micro-batch of 32 tokens or more, experts only as far as the batch uses them.
   *
   * @return empty where a card's arithmetic or the link is not known, or the split is not by layers
   */
  static Optional<SpeedEstimate> prefill(Placed placed, int tokens, int depth) {
    FitQuestion question = placed.question();
    Layout layout = placed.layout();
    if (layout.split() != Split.LAYER && layout.cards() > 1) {
      return Optional.empty();
    }
    List<PlaceTraffic> places = traffic(placed, 0);
    double all = 0;
    for (PlaceTraffic place : places) {
      all += place.weights();
    }
    double operations =
        2 * PrefillSpeed.activeParameters(question.model()) * tokens
            + PrefillSpeed.attentionOperations(question, tokens, depth);
    long batches = Math.ceilDiv((long) tokens, (long) question.microBatch());
    double seconds = 0;
    double low = 1;
    double high = 1;
    String source = "";
    for (PlaceTraffic place : places) {
      // The first card computes what the host holds.
      Device device = device(question, Math.max(0, place.card())).orElseThrow();
      OptionalDouble peak = DeviceEfficiency.peak(device.compute());
      Optional<DeviceEfficiency> efficiency = DeviceEfficiency.of(device);
      if (peak.isEmpty()
          || efficiency.isEmpty()
          || efficiency.get().prefill().isEmpty()
          || device.bandwidth().isEmpty()) {
        return Optional.empty();
      }
      DeviceEfficiency.Prefill reached = efficiency.get().prefill().get();
      seconds += operations * (place.weights() / all) / (peak.getAsDouble() * reached.peakShare());
      low = Math.min(low, reached.interval().low());
      high = Math.max(high, reached.interval().high());
      source = efficiency.get().source();
      if (place.card() != Layout.HOST) {
        Bandwidth rate = device.bandwidth().get().times(efficiency.get().bandwidthShare());
        seconds += batches * rate.secondsFor(Bytes.of(stored(placed, place.card(), tokens)));
      }
    }
    double copied = 0;
    long streamed = stored(placed, Layout.HOST, Math.min(tokens, question.microBatch()));
    if (streamed > 0) {
      Optional<Bandwidth> link = question.device().link();
      if (link.isEmpty() || Math.min(tokens, question.microBatch()) < 32) {
        return Optional.empty();
      }
      copied = batches * link.get().times(LINK_SHARE).secondsFor(Bytes.of(streamed));
      low = Math.min(low, 0.5);
      high = Math.max(high, 1.5);
    }
    double total = seconds + copied;
    double rate = tokens / total;
    double linkSeconds = copied;
    double cardSeconds = seconds;
    return Optional.of(
        new SpeedEstimate(
            new TokenRate(rate),
            new TokenRate(rate * low),
            new TokenRate(rate * high),
            copied > seconds ? "the link between host and card" : "arithmetic",
            () ->
                String.format(
                    Locale.ROOT,
                    "%.2f TFLOP and reading on the cards %.1f ms + %d batches × %.3f GB of host"
                        + " weights over %.1f × the link %.1f ms = %.1f ms",
                    operations / 1e12,
                    cardSeconds * 1e3,
                    batches,
                    streamed / 1e9,
                    LINK_SHARE,
                    linkSeconds * 1e3,
                    total * 1e3),
            copied > 0 ? source + "; " + LINK_SOURCE : source));
  }

  /** Weights that a batch touches at one place: of the experts those that any token chose. */
  private static long stored(Placed placed, int card, int tokens) {
    Layout layout = placed.layout();
    LayerTable table = placed.table();
    double bytes = layout.output() == card ? table.output() : 0;
    for (int layer = 0; layer < layout.layers(); layer++) {
      bytes += layout.dense(layer) == card ? table.dense(layer) : 0;
      if (layout.experts(layer) == card && table.experts(layer) > 0) {
        double unused = 1 - (double) table.activeExperts(layer) / table.experts(layer);
        bytes += table.experts(layer) * (1 - Math.pow(unused, tokens));
      }
    }
    return Math.round(bytes);
  }
}
