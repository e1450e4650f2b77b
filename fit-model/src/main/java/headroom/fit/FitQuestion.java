package headroom.fit;

import headroom.device.Device;
import headroom.kv.CacheFormat;
import headroom.model.ModelSpec;
import headroom.quant.WeightFormat;
import headroom.units.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Everything an answer depends on. Knobs turn one question into another.
 *
 * @param model what is to run
 * @param weights how its weights are stored
 * @param device where it is to run
 * @param deviceMemory memory in place of the device's nominal one; needed for CPUs
 * @param contextLength tokens over all sequences together
 * @param keyFormat storage of cached keys
 * @param valueFormat storage of cached values
 * @param sequences parallel sequences
 * @param microBatch tokens computed at once in prefill ({@code n_ubatch}), llama.cpp's default 512
 * @param flashAttention true where attention never writes its score matrix
 * @param cacheWindow tokens kept by an eviction scheme instead of all, where one is on
 * @param speculation a draft's promise, where speculative decoding is on
 * @param knobs what was turned, for the report
 */
public record FitQuestion(
    ModelSpec model,
    WeightFormat weights,
    Device device,
    Optional<Bytes> deviceMemory,
    int contextLength,
    CacheFormat keyFormat,
    CacheFormat valueFormat,
    int sequences,
    int microBatch,
    boolean flashAttention,
    OptionalInt cacheWindow,
    Optional<Speculation> speculation,
    List<String> knobs) {

  /**
   * Speculative decoding in the terms of Leviathan et al. (arXiv 2211.17192).
   *
   * @param acceptanceRate α, probability that one drafted token is accepted, 0 to 1
   * @param draftTokens γ, tokens drafted per step
   * @param draftCost c, time of one draft step over time of one target step
   */
  public record Speculation(double acceptanceRate, int draftTokens, double draftCost) {}

  public FitQuestion {
    knobs = List.copyOf(knobs);
    if (contextLength < 1) {
      throw new IllegalArgumentException("context is " + contextLength + "; wanted at least 1");
    }
    if (sequences < 1) {
      throw new IllegalArgumentException("parallel is " + sequences + "; wanted at least 1");
    }
    if (microBatch < 1) {
      throw new IllegalArgumentException("ubatch is " + microBatch + "; wanted at least 1");
    }
  }

  /** A question with llama.cpp's defaults: f16 cache, one sequence, ubatch 512, flash attention. */
  public static FitQuestion of(
      ModelSpec model, WeightFormat weights, Device device, int contextLength) {
    return new FitQuestion(
        model,
        weights,
        device,
        Optional.empty(),
        contextLength,
        CacheFormat.F16,
        CacheFormat.F16,
        1,
        512,
        true,
        OptionalInt.empty(),
        Optional.empty(),
        List.of());
  }
}
