package headroom.speed;

import static headroom.speed.DecodeTerm.*;

/**
 * The constants of decode as they hold for one kind of device and program.
 *
 * @param bandwidthShare of peak bandwidth that weights are read at
 * @param layerSeconds per layer, whatever it reads
 * @param byteFactors cost of a byte by family of format
 * @param expertFactor cost of a byte of an expert over one of other matrices
 * @param expertBf16Factor the same in BF16
 * @param cacheFactor cost of a byte of the cache, with flash attention
 * @param plainCacheFactor the same without
 * @param unpackOperations operations that unpacking one weight takes
 * @param lowBitFactor times as many where a weight has few bits
 * @param expertLayerSeconds more per layer with experts
 * @param stateLayerSeconds more per layer with a recurrent state
 * @param tokenSeconds per token: sampling, launching
 * @param cardSeconds per further card
 */
public record DecodeRates(
    double bandwidthShare,
    double layerSeconds,
    double[] byteFactors,
    double expertFactor,
    double expertBf16Factor,
    double cacheFactor,
    double plainCacheFactor,
    double unpackOperations,
    double lowBitFactor,
    double expertLayerSeconds,
    double stateLayerSeconds,
    double tokenSeconds,
    double cardSeconds) {
  private static final FormatFamily[] FAMILIES = FormatFamily.values();
  private static final DecodeTerm[] FORMATS = {
    FORMAT_F32,
    FORMAT_F16,
    FORMAT_BF16,
    FORMAT_Q8,
    FORMAT_Q4,
    FORMAT_K4,
    FORMAT_K6,
    FORMAT_K3,
    FORMAT_K2,
    FORMAT_FP4,
    FORMAT_IQ,
    FORMAT_FLAT
  };

  /** From the logarithms of all constants. */
  public static DecodeRates of(double[] logs, DeviceTraits traits) {
    Sum share = new Sum(logs, SHARE);
    Sum layer = new Sum(logs, LAYER_SECONDS);
    Sum unpack = new Sum(logs, UNPACK_OPERATIONS);
    Sum cache = new Sum(logs, CACHE);
    switch (traits.backend()) {
      case CUDA -> unpack.add(UNPACK_CUDA);
      case VULKAN -> {
        share.add(SHARE_VULKAN);
        layer.add(LAYER_VULKAN);
        unpack.add(UNPACK_VULKAN);
        cache.add(CACHE_VULKAN);
      }
      case ROCM -> {
        share.add(SHARE_ROCM);
        layer.add(LAYER_ROCM);
        unpack.add(UNPACK_ROCM);
        cache.add(CACHE_ROCM);
      }
      case METAL -> {
        share.add(SHARE_METAL);
        layer.add(LAYER_METAL);
        unpack.add(UNPACK_METAL);
        cache.add(CACHE_METAL);
      }
      case MLX -> {
        share.add(SHARE_MLX);
        layer.add(LAYER_MLX);
        unpack.add(UNPACK_MLX);
      }
      case SYCL -> {
        share.add(SHARE_SYCL);
        layer.add(LAYER_SYCL);
        unpack.add(UNPACK_SYCL);
      }
      case CPU -> {
        share.set(SHARE_CPU);
        layer.add(LAYER_CPU);
        unpack.add(UNPACK_CPU);
        unpack.addIf(traits.byteProducts(), UNPACK_CPU_BYTES);
      }
      case EMBEDDED -> {
        share.set(SHARE_EMBEDDED);
        layer.set(LAYER_EMBEDDED);
      }
    }
    share.addIf(traits.stacked(), SHARE_STACKED);
    layer.addIf(traits.stacked(), LAYER_STACKED);
    share.addIf(traits.unified() && traits.backend() != Backend.CUDA, SHARE_UNIFIED);
    layer.addIf(traits.unified(), LAYER_UNIFIED);
    cache.addIf(traits.unified(), CACHE_UNIFIED);
    share.addIf(traits.era() == Era.Y2024, SHARE_2024);
    layer.addIf(traits.era() == Era.Y2024, LAYER_2024);
    share.addIf(traits.era() == Era.Y2023, SHARE_2023);
    layer.addIf(traits.era() == Era.Y2023, LAYER_2023);
    unpack.addIf(traits.era() == Era.Y2023, UNPACK_2023);
    double[] formats = new double[FAMILIES.length];
    for (int i = 0; i < formats.length; i++) {
      formats[i] = new Sum(logs, FORMATS[i]).exp();
    }
    double experts = new Sum(logs, EXPERTS).exp();
    double cacheFactor = cache.exp();
    return new DecodeRates(
        share.exp(),
        layer.exp(),
        formats,
        experts,
        traits.backend() == Backend.VULKAN
            ? experts * new Sum(logs, EXPERTS_BF16_VULKAN).exp()
            : experts,
        cacheFactor,
        cacheFactor * new Sum(logs, CACHE_PLAIN_ATTENTION).exp(),
        // Our engine's share of bandwidth was measured with all that it does.
        traits.backend() == Backend.EMBEDDED ? 0 : unpack.exp(),
        new Sum(logs, UNPACK_LOW_BIT).exp(),
        new Sum(logs, EXPERT_LAYER_SECONDS).exp(),
        new Sum(logs, STATE_LAYER_SECONDS).exp(),
        new Sum(logs, TOKEN_SECONDS).exp(),
        new Sum(logs, CARD_SECONDS).exp());
  }

  /**
   * What one step takes on one device, without what every token takes once.
   *
   * @param movingSeconds weights and cache through memory
   * @param unpackingSeconds arithmetic on packed weights
   * @param layersSeconds time per layer
   */
  public record Parts(double movingSeconds, double unpackingSeconds, double layersSeconds) {
    public double seconds() {
      return movingSeconds + unpackingSeconds + layersSeconds;
    }
  }

  /**
   * Time of one step on one device.
   *
   * @param weights read in the step
   * @param cacheBytes keys and values read
   * @param stateBytes recurrent states read and written
   * @param bandwidth peak, bytes per second
   * @param unpackingRate plain arithmetic, operations per second; 0 where unknown
   */
  public Parts step(
      WeightTraffic weights,
      double cacheBytes,
      double stateBytes,
      boolean flashAttention,
      double bandwidth,
      double unpackingRate) {
    double bytes = cacheBytes * (flashAttention ? cacheFactor : plainCacheFactor) + stateBytes;
    double packed = 0;
    for (int i = 0; i < byteFactors.length; i++) {
      double expert = i == 2 ? expertBf16Factor : expertFactor;
      bytes += byteFactors[i] * (weights.denseBytes()[i] + expert * weights.expertBytes()[i]);
      FormatFamily family = FAMILIES[i];
      if (family.isQuantised()) {
        double all = weights.denseWeights()[i] + weights.expertWeights()[i];
        packed += family.isLowBit() ? all * lowBitFactor : all;
      }
    }
    return new Parts(
        bytes / (bandwidth * bandwidthShare),
        unpackingRate > 0 ? packed * unpackOperations / unpackingRate : 0,
        weights.layers() * layerSeconds
            + weights.expertLayers() * expertLayerSeconds
            + weights.stateLayers() * stateLayerSeconds);
  }
}
