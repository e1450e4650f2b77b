package headroom.fit;

import headroom.device.Device;
import headroom.model.AttentionSpec;
import headroom.model.AttentionSpec.GroupedQuery;
import headroom.model.LayerSpec;
import headroom.model.ModelSpec;
import headroom.units.Bandwidth;
import headroom.units.Bytes;
import headroom.units.TokenRate;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/** How fast one sequence reads a prompt when all of the model lies on the device. */
public final class PrefillSpeed {
  private PrefillSpeed() {}

  /**
   * Predicts the rate over a prompt of {@code tokens} with {@code depth} tokens before it.
   *
   * @return empty where the device's arithmetic, bandwidth or class is unknown
   * @throws IllegalArgumentException where the prompt has no token
   */
  public static Optional<SpeedEstimate> of(FitQuestion question, int tokens, int depth) {
    if (tokens < 1) {
      throw new IllegalArgumentException("prompt has " + tokens + " tokens; wanted at least 1");
    }
    Device device = question.device();
    OptionalDouble peak = DeviceEfficiency.peak(device.compute());
    Optional<DeviceEfficiency> efficiency = DeviceEfficiency.of(device);
    if (peak.isEmpty()
        || efficiency.isEmpty()
        || efficiency.get().prefill().isEmpty()
        || device.bandwidth().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        estimate(
            question,
            new Prompt(tokens, depth),
            peak.getAsDouble(),
            device.bandwidth().get(),
            efficiency.get(),
            efficiency.get().prefill().get()));
  }

  private record Prompt(int tokens, int depth) {}

  private static SpeedEstimate estimate(
      FitQuestion question,
      Prompt prompt,
      double peak,
      Bandwidth bandwidth,
      DeviceEfficiency efficiency,
      DeviceEfficiency.Prefill reached) {
    double parameters = activeParameters(question.model());
    double matrices = 2 * parameters * prompt.tokens();
    double attention = attentionOperations(question, prompt);
    long batches = Math.ceilDiv((long) prompt.tokens(), (long) question.microBatch());
    Bytes weights = weightBytes(question);
    double arithmeticSeconds = (matrices + attention) / (peak * reached.peakShare());
    double readSeconds = batches * bandwidth.times(efficiency.bandwidthShare()).secondsFor(weights);
    double rate = prompt.tokens() / (arithmeticSeconds + readSeconds);
    Supplier<String> formula =
        () ->
            String.format(
                Locale.ROOT,
                "%d tokens × 2 × %.3f G active weights + %.3f TFLOP attention, over %.2f × %.1f TFLOPS,"
                    + " + %d batches × %.3f GB weights over %.2f × %s = %.1f ms",
                prompt.tokens(),
                parameters / 1e9,
                attention / 1e12,
                reached.peakShare(),
                peak / 1e12,
                batches,
                weights.value() / 1e9,
                efficiency.bandwidthShare(),
                bandwidth,
                (arithmeticSeconds + readSeconds) * 1e3);
    String limiter =
        readSeconds > arithmeticSeconds
            ? "memory bandwidth"
            : attention > matrices ? "arithmetic of attention" : "arithmetic";
    return new SpeedEstimate(
        new TokenRate(rate),
        new TokenRate(rate * reached.interval().low()),
        new TokenRate(rate * reached.interval().high()),
        limiter,
        formula,
        efficiency.source());
  }

  /** Weights that take part in one token; a multiplication and an addition each. */
  static double activeParameters(ModelSpec model) {
    return model.tensors().stream()
        .mapToDouble(tensor -> tensor.elements() * TokenTraffic.shareRead(tensor, model))
        .sum();
  }

  /** A micro-batch touches every expert, so all weights but lookups are read once for each. */
  private static Bytes weightBytes(FitQuestion question) {
    return StoredWeights.of(question.model(), question.weights()).tensors().stream()
        .filter(tensor -> TokenTraffic.shareRead(tensor.facts(), question.model()) > 0)
        .map(StoredWeights.StoredTensor::bytes)
        .reduce(Bytes.ZERO, Bytes::plus);
  }

  /** Operations of attention over a prompt of these tokens with so many before it. */
  static double attentionOperations(FitQuestion question, int tokens, int depth) {
    return attentionOperations(question, new Prompt(tokens, depth));
  }

  private static double attentionOperations(FitQuestion question, Prompt prompt) {
    double operations = 0;
    for (LayerSpec layer : question.model().layers()) {
      operations +=
          switch (layer.attention()) {
            case GroupedQuery full -> perHead(full) * pairs(prompt, Integer.MAX_VALUE);
            case AttentionSpec.SlidingWindow sliding ->
                perHead(sliding.heads()) * pairs(prompt, sliding.window());
            case AttentionSpec.LatentAttention latent ->
                2.0
                    * latent.heads()
                    * (latent.keySize() + latent.ropeSize() + latent.valueSize())
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

  /** Query-key pairs of a causal prompt where a query sees at most {@code window} tokens. */
  private static double pairs(Prompt prompt, int window) {
    double mean = prompt.depth() + prompt.tokens() / 2.0;
    return prompt.tokens() * Math.min(mean, window);
  }

  /** Operations of one query-key pair: a product with the key and one with the value per head. */
  private static double perHead(GroupedQuery attention) {
    return 2.0 * attention.heads() * (attention.keySize() + attention.valueSize());
  }
}
