package headroom.fit;

import headroom.device.Device;
import headroom.model.AttentionSpec;
import headroom.model.AttentionSpec.GroupedQuery;
import headroom.speed.Backend;
import headroom.speed.DeviceTraits;
import headroom.speed.PrefillRates;
import headroom.speed.PrefillWork;
import headroom.speed.SpeedConstants;
import headroom.speed.SpeedConstants.Interval;
import headroom.units.TokenRate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How fast one sequence reads a prompt when all of the model lies on the devices.
 *
 * <p>Products with weights and with cached tokens run at shares of the device's peak; beside them
 * weights are read once per micro-batch and each layer takes a time of its own.
 */
public final class PrefillSpeed {
  private static final String SOURCE =
      "shares of peak arithmetic (roofline of Williams et al. 2009, doi 10.1145/1498765.1498785);"
          + " constants fitted by ./headroom calibrate on ";

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
    Optional<PrefillWork> work = work(question, tokens, depth, setting);
    return work.isEmpty() ? Optional.empty() : Optional.of(estimate(work.get()));
  }

  /** What the prompt asks of the device; empty where its arithmetic or bandwidth is unknown. */
  public static Optional<PrefillWork> work(
      FitQuestion question, int tokens, int depth, SpeedSetting setting) {
    Device device = question.device();
    boolean cpu = setting.backend() == Backend.CPU || setting.backend() == Backend.EMBEDDED;
    double peak = DeviceTraits.floatPeak(device);
    if (device.bandwidth().isEmpty() || (peak == 0 && !cpu)) {
      return Optional.empty();
    }
    ModelTraffic traffic = ModelTraffic.of(question);
    return Optional.of(
        new PrefillWork(
            DeviceTraits.of(device, setting.backend(), setting.era()),
            traffic.weights(),
            tokens,
            question.microBatch(),
            attentionOperations(traffic, question, new Prompt(tokens, depth)),
            question.flashAttention(),
            peak,
            device.bandwidth().get().bytesPerSecond(),
            question.machine().cards().size()));
  }

  private record Prompt(int tokens, int depth) {}

  private static SpeedEstimate estimate(PrefillWork work) {
    PrefillRates rates = SpeedConstants.prefill(work.traits());
    PrefillRates.Parts parts = work.parts(rates);
    double rate = work.tokens() / work.seconds(rates, parts);
    Interval interval = SpeedConstants.current().interval("prefill", work.traits());
    return new SpeedEstimate(
        new TokenRate(rate),
        new TokenRate(rate * interval.low()),
        new TokenRate(rate * interval.high()),
        limiter(parts),
        () -> formula(work, rates, parts),
        Sources.PREFILL);
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
      PrefillWork work, PrefillRates rates, PrefillRates.Parts parts) {
    return String.format(
        Locale.ROOT,
        "%d tokens × 2 × %.3f G active weights at %.2f (quantised) or %.2f (16 bits) of %.1f"
            + " TFLOPS: %.1f ms + %.3f TFLOP attention: %.1f ms + weights read once per"
            + " micro-batch: %.1f ms + layers: %.1f ms; on %d device%s %.1f ms",
        work.tokens(),
        work.weights().weights() / 1e9,
        rates.quantisedShare(),
        rates.floatShare(),
        work.floatPeak() / 1e12,
        parts.matricesSeconds() * 1e3,
        work.attentionOperations() / 1e12,
        parts.attentionSeconds() * 1e3,
        parts.readingSeconds() * 1e3,
        parts.layersSeconds() * 1e3,
        work.cards(),
        work.cards() == 1 ? "" : "s",
        work.seconds(rates, parts) * 1e3);
  }

  private static double attentionOperations(
      ModelTraffic traffic, FitQuestion question, Prompt prompt) {
    double operations = 0;
    List<ModelTraffic.Mixers> mixers = traffic.mixers();
    for (int i = 0; i < mixers.size(); i++) {
      operations +=
          mixers.get(i).layers()
              * switch (mixers.get(i).attention()) {
            case GroupedQuery full -> perHead(full) * pairs(prompt, Integer.MAX_VALUE);
            case AttentionSpec.SlidingWindow sliding ->
                perHead(sliding.heads()) * pairs(
                        prompt,
                        sliding.window() + Math.min(question.microBatch(), prompt.tokens()) / 2);
            case AttentionSpec.LatentAttention latent ->
                2.0
                    * latent.heads()
                    * (2L * latent.latentSize() + latent.ropeSize())
                    * pairs(
                        prompt,
                        latent
                            .indexer()
                            .map(AttentionSpec.Indexer::topK)
                            .orElse(Integer.MAX_VALUE));
            case AttentionSpec.Recurrent state -> 0.0;
            case AttentionSpec.None none -> 0.0;
          };
    }
    return operations;
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
