package headroom.fit;

import headroom.device.Device;
import headroom.model.AttentionSpec;
import headroom.model.AttentionSpec.GroupedQuery;
import headroom.speed.Backend;
import headroom.speed.DeviceTraits;
import headroom.speed.Era;
import headroom.speed.PrefillRates;
import headroom.speed.PrefillWork;
import headroom.speed.SpeedConstants;
import headroom.speed.SpeedConstants.Calibrated;
import headroom.speed.WeightTraffic;
import headroom.units.TokenRate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How fast one sequence reads a prompt when all of the model lies on the devices.
 *
 * <p>Products with weights and with cached tokens run at shares of the device's peak; beside them
 * weights are read once per micro-batch, activations pass through memory and each layer takes a
 * time of its own.
 */
public final class PrefillSpeed {
  private static final String SOURCE =
      "shares of peak arithmetic (roofline of Williams et al. 2009, doi 10.1145/1498765.1498785);"
          + " constants fitted by ./headroom calibrate on ";

  /** What a copy out of a mapped file may take is not measured well. */
  private static final double UNSURE_COPY_LOW = 0.5;

  private static final double UNSURE_COPY_HIGH = 1.5;

  private PrefillSpeed() {}

  /**
   * Predicts the rate over a prompt of {@code tokens} with {@code depth} tokens before it.
   *
   * @return empty where the device's arithmetic, bandwidth or class is unknown
   * @throws IllegalArgumentException where the prompt has no token
   */
  public static Optional<SpeedEstimate> of(FitQuestion question, int tokens, int depth) {
    Optional<SpeedSetting> setting = SpeedSetting.of(question);
    return setting.isEmpty() ? Optional.empty() : of(question, tokens, depth, setting.get());
  }

  /** The same by a certain program. */
  public static Optional<SpeedEstimate> of(
      FitQuestion question, int tokens, int depth, SpeedSetting setting) {
    if (tokens < 1) {
      throw new IllegalArgumentException("prompt has " + tokens + " tokens; wanted at least 1");
    }
    if (question.machine().cards().size() > 1) {
      return OffloadSpeed.prefill(Placed.of(question), tokens, depth, setting);
    }
    Optional<PrefillWork> work = work(question, tokens, depth, setting);
    return work.isEmpty()
        ? Optional.empty()
        : Optional.of(estimate(List.of(work.get()), tokens, 0));
  }

  /**
   * A part of a model that one device computes.
   *
   * @param device that computes
   * @param backend through which
   * @param weights that one token is multiplied with there
   * @param attention [layers], whether each layer's attention is computed there
   */
  record Place(Device device, Backend backend, WeightTraffic weights, boolean[] attention) {}

  /**
   * Predicts a prompt over several places, which work at the same time on different micro-batches
   * where all of them are cards.
   *
   * @param copySeconds of copying weights from the host beforehand; 0 where none are
   * @return empty where the arithmetic or bandwidth of a place is unknown
   */
  static Optional<SpeedEstimate> over(
      List<Place> places, FitQuestion question, Prompt prompt, Era era, double copySeconds) {
    return works(places, question, prompt, era)
        .map(works -> estimate(works, prompt.tokens(), copySeconds));
  }

  private static Optional<List<PrefillWork>> works(
      List<Place> places, FitQuestion question, Prompt prompt, Era era) {
    List<PrefillWork> works = new ArrayList<>();
    for (Place place : places) {
      double attention = 0;
      for (int layer = 0; layer < place.attention().length; layer++) {
        if (place.attention()[layer]) {
          attention +=
              attentionOperations(
                  question.model().layers().get(layer).attention(), question, prompt);
        }
      }
      Optional<PrefillWork> work =
          work(
              place.device(),
              place.weights(),
              attention,
              question,
              prompt,
              new SpeedSetting(place.backend(), era),
              1);
      if (work.isEmpty()) {
        return Optional.empty();
      }
      works.add(work.get());
    }
    return Optional.of(works);
  }

  /**
   * Predicts a prompt over places that all compute parts of the same matrices at the same time.
   *
   * @return empty where the arithmetic or bandwidth of a place is unknown
   */
  static Optional<SpeedEstimate> atOnce(
      List<Place> places, FitQuestion question, Prompt prompt, Era era, Exchange exchange) {
    Optional<List<PrefillWork>> works = works(places, question, prompt, era);
    if (works.isEmpty()) {
      return Optional.empty();
    }
    SpeedEstimate slowest = estimate(works.get().subList(0, 1), prompt.tokens(), 0);
    for (PrefillWork work : works.get()) {
      SpeedEstimate own = estimate(List.of(work), prompt.tokens(), 0);
      slowest = own.median().compareTo(slowest.median()) < 0 ? own : slowest;
    }
    SpeedEstimate computing = slowest;
    double alone = prompt.tokens() / computing.median().tokensPerSecond();
    double rate = prompt.tokens() / (alone + exchange.seconds());
    double median = computing.median().tokensPerSecond();
    return Optional.of(
        new SpeedEstimate(
            new TokenRate(rate),
            new TokenRate(rate * Exchange.widened(computing.low().tokensPerSecond() / median)),
            new TokenRate(rate * Exchange.widened(computing.high().tokensPerSecond() / median)),
            exchange.seconds() > alone ? "the link between the cards" : computing.limiter(),
            () ->
                "at the same time on each card: %s; + %s"
                    .formatted(computing.formula(), exchange.text().get()),
            computing.source() + "; " + exchange.source()));
  }

  /** What the prompt asks of the device; empty where its arithmetic or bandwidth is unknown. */
  public static Optional<PrefillWork> work(
      FitQuestion question, int tokens, int depth, SpeedSetting setting) {
    ModelTraffic traffic = ModelTraffic.of(question);
    Prompt prompt = new Prompt(tokens, depth);
    return work(
        question.device(),
        traffic.weights(),
        attentionOperations(traffic, question, prompt),
        question,
        prompt,
        setting,
        question.machine().cards().size());
  }

  private static Optional<PrefillWork> work(
      Device device,
      WeightTraffic weights,
      double attention,
      FitQuestion question,
      Prompt prompt,
      SpeedSetting setting,
      int cards) {
    double peak = DeviceTraits.floatPeak(device);
    if (device.bandwidth().isEmpty() || peak == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new PrefillWork(
            DeviceTraits.of(device, setting.backend(), setting.era()),
            weights,
            prompt.tokens(),
            question.microBatch(),
            attention,
            question.flashAttention(),
            peak,
            device.bandwidth().get().bytesPerSecond(),
            cards));
  }

  /**
   * @param tokens to read, above 0
   * @param depth tokens before them
   */
  record Prompt(int tokens, int depth) {}

  /** Works of one place each, in the order in which a token passes them. */
  private static SpeedEstimate estimate(List<PrefillWork> works, int tokens, double copySeconds) {
    int count = works.size();
    PrefillRates.Parts[] parts = new PrefillRates.Parts[count];
    double all = 0;
    double longest = 0;
    double low = 1;
    double high = 1;
    int slowest = 0;
    for (int i = 0; i < count; i++) {
      PrefillWork work = works.get(i);
      Calibrated constants = SpeedConstants.of(work.traits());
      parts[i] = work.parts(constants.prefill());
      double own = parts[i].seconds();
      all += own;
      if (own > longest) {
        longest = own;
        slowest = i;
      }
      low = Math.min(low, constants.prefillInterval().low());
      high = Math.max(high, constants.prefillInterval().high());
    }
    PrefillWork first = works.getFirst();
    PrefillRates rates = SpeedConstants.prefill(first.traits());
    double computing = all;
    if (count > 1 && copySeconds == 0) {
      int batches = Math.ceilDiv(tokens, Math.min(tokens, first.microBatch()));
      computing =
          rates.pipeline(all, longest, batches) + (count - 1) * batches * rates.cardSeconds();
    }
    double seconds = computing + copySeconds;
    if (copySeconds > 0) {
      low = Math.min(low, UNSURE_COPY_LOW);
      high = Math.max(high, UNSURE_COPY_HIGH);
    }
    double rate = tokens / seconds;
    double cards = computing;
    return new SpeedEstimate(
        new TokenRate(rate),
        new TokenRate(rate * low),
        new TokenRate(rate * high),
        copySeconds > computing ? "the link between host and card" : limiter(parts[slowest]),
        () -> formula(works, parts, cards, copySeconds),
        copySeconds > 0 ? Sources.PREFILL + "; " + OffloadSpeed.LINK_SOURCE : Sources.PREFILL);
  }

  private static final class Sources {
    private static final String PREFILL = SOURCE + SpeedConstants.current().basis();
  }

  private static String limiter(PrefillRates.Parts parts) {
    double arithmetic = parts.matricesSeconds() + parts.attentionSeconds();
    double others = parts.readingSeconds() + parts.layersSeconds();
    if (others > arithmetic) {
      return parts.readingSeconds() > parts.layersSeconds()
          ? "memory bandwidth"
          : "per-layer overhead";
    }
    return parts.attentionSeconds() > parts.matricesSeconds()
        ? "arithmetic of attention"
        : "arithmetic";
  }

  private static String formula(
      List<PrefillWork> works, PrefillRates.Parts[] parts, double computing, double copySeconds) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < parts.length; i++) {
      PrefillWork work = works.get(i);
      PrefillRates rates = SpeedConstants.prefill(work.traits());
      text.append(i == 0 ? "" : "; then ");
      text.append(
          String.format(
              Locale.ROOT,
              "%d tokens × 2 × %.3f G active weights at %.2f (quantised) or %.2f (16 bits) of %.1f"
                  + " TFLOPS: %.1f ms + %.3f TFLOP attention: %.1f ms + weights read once per"
                  + " micro-batch, activations: %.1f ms + layers: %.1f ms",
              work.tokens(),
              work.weights().weights() / 1e9,
              rates.quantisedShare(),
              rates.floatShare(),
              work.peak(rates) / 1e12,
              parts[i].matricesSeconds() * 1e3,
              work.attentionOperations() / 1e12,
              parts[i].attentionSeconds() * 1e3,
              parts[i].readingSeconds() * 1e3,
              parts[i].layersSeconds() * 1e3));
    }
    if (parts.length > 1) {
      text.append(String.format(Locale.ROOT, "; in a pipeline %.1f ms", computing * 1e3));
    }
    if (copySeconds > 0) {
      text.append(
          String.format(
              Locale.ROOT,
              " + host weights over %.1f × the link: %.1f ms",
              OffloadSpeed.LINK_SHARE,
              copySeconds * 1e3));
    }
    return text + String.format(Locale.ROOT, " = %.1f ms", (computing + copySeconds) * 1e3);
  }

  private static double attentionOperations(
      ModelTraffic traffic, FitQuestion question, Prompt prompt) {
    double operations = 0;
    List<ModelTraffic.Mixers> mixers = traffic.mixers();
    for (int i = 0; i < mixers.size(); i++) {
      operations +=
          mixers.get(i).layers() * attentionOperations(mixers.get(i).attention(), question, prompt);
    }
    return operations;
  }

  /** Of one layer. */
  private static double attentionOperations(
      AttentionSpec attention, FitQuestion question, Prompt prompt) {
    return switch (attention) {
      case GroupedQuery full -> perHead(full) * pairs(prompt, Integer.MAX_VALUE);
      case AttentionSpec.SlidingWindow sliding ->
          perHead(sliding.heads())
              * (pairs(
                      prompt,
                      sliding.window() + Math.min(question.microBatch(), prompt.tokens()) / 2)
                  + compressed(sliding, prompt));
      case AttentionSpec.LatentAttention latent ->
          2.0
              * latent.heads()
              * (2L * latent.latentSize() + latent.ropeSize())
              * pairs(
                  prompt,
                  latent.indexer().map(AttentionSpec.Indexer::topK).orElse(Integer.MAX_VALUE));
      case AttentionSpec.Recurrent state -> 0.0;
      case AttentionSpec.None none -> 0.0;
    };
  }

  /** Pairs with entries that stand for several tokens each. */
  private static double compressed(AttentionSpec.SlidingWindow attention, Prompt prompt) {
    if (attention.compression().isEmpty()) {
      return 0;
    }
    AttentionSpec.Compression compression = attention.compression().get();
    double entries = pairs(prompt, Integer.MAX_VALUE) / compression.ratio();
    return compression.indexer().isEmpty()
        ? entries
        : Math.min(entries, (double) prompt.tokens() * compression.indexer().get().topK());
  }

  /** Query-key pairs of a causal prompt where a query reads at most {@code window} tokens. */
  private static double pairs(Prompt prompt, int window) {
    double mean = prompt.depth() + prompt.tokens() / 2.0;
    return prompt.tokens() * Math.min(mean, window);
  }

  /** Operations of one query-key pair: a product with the key and one with the value per head. */
  private static double perHead(GroupedQuery attention) {
    return 2.0 * attention.heads() * (attention.keySize() + attention.valueSize());
  }
}
