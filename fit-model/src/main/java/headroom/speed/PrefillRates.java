package headroom.speed;

import static headroom.speed.PrefillTerm.*;

/**
 * The constants of prefill as they hold for one kind of device and program.
 *
 * @param quantisedShare of the peak for quantised matrices
 * @param floatShare of the peak for 16-bit matrices
 * @param bf16Share of the same for BF16
 * @param widthPower how cost per operation grows with the width of the model
 * @param expertQuantised cost of an operation of experts over others
 * @param expertFp4 the same in four-bit floats
 * @param expertFloat the same in 16 bits
 * @param expertBf16 the same in BF16
 * @param tileTokens tokens that an expert's tile has room for
 * @param attentionShare of the 16-bit peak, with flash attention
 * @param plainAttentionShare the same without
 * @param reading cost of reading the weights over peak bandwidth
 * @param activationBytes moved per token, layer and element of the width
 * @param layerSeconds per layer and micro-batch
 * @param expertLayerSeconds more per layer with experts
 * @param lowBit cost of an operation where a weight has few bits
 * @param pipelined share of the work that several cards do at the same time
 * @param cardSeconds per further card and micro-batch
 * @param ownOperationsPerByte arithmetic of our own engine over its memory's bandwidth
 * @param cpuShare of the peak of a CPU's vector units
 */
public record PrefillRates(
    double quantisedShare,
    double floatShare,
    double bf16Share,
    double widthPower,
    double expertQuantised,
    double expertFp4,
    double expertFloat,
    double expertBf16,
    double tileTokens,
    double attentionShare,
    double plainAttentionShare,
    double reading,
    double activationBytes,
    double layerSeconds,
    double expertLayerSeconds,
    double lowBit,
    double pipelined,
    double cardSeconds,
    double ownOperationsPerByte,
    double cpuShare) {
  private static final FormatFamily[] FAMILIES = FormatFamily.values();

  /** Width at which the shares hold as they are. */
  private static final double USUAL_WIDTH = 4096;

  /** From the logarithms of all constants. */
  public static PrefillRates of(double[] logs, DeviceTraits traits) {
    Sum quantised = new Sum(logs, QUANTISED);
    Sum floats = new Sum(logs, FLOAT);
    Sum attention = new Sum(logs, ATTENTION);
    Sum bf16 = new Sum(logs, BF16);
    switch (traits.backend()) {
      case VULKAN -> {
        both(quantised, QUANTISED_VULKAN, floats, FLOAT_VULKAN);
        bf16.add(BF16_VULKAN);
        attention.add(ATTENTION_VULKAN);
        quantised.addIf(traits.era() == Era.Y2025 && traits.unified(), VULKAN_2025);
        quantised.addIf(traits.nvidia(), VULKAN_NVIDIA);
        floats.addIf(traits.nvidia(), VULKAN_NVIDIA);
      }
      case ROCM -> {
        both(quantised, QUANTISED_ROCM, floats, FLOAT_ROCM);
        attention.add(ATTENTION_ROCM);
        boolean immature = traits.era() == Era.Y2025 && traits.unified();
        quantised.addIf(immature, ROCM_2025);
        floats.addIf(immature, ROCM_2025);
      }
      case METAL -> {
        both(quantised, QUANTISED_METAL, floats, FLOAT_METAL);
        attention.add(ATTENTION_METAL);
      }
      case MLX -> both(quantised, QUANTISED_MLX, floats, FLOAT_MLX);
      case SYCL -> both(quantised, QUANTISED_SYCL, floats, FLOAT_SYCL);
      case CUDA, CPU, EMBEDDED -> {}
    }
    if (traits.stacked()) {
      both(quantised, QUANTISED_STACKED, floats, FLOAT_STACKED);
    }
    if (traits.unified()) {
      both(quantised, QUANTISED_UNIFIED, floats, FLOAT_UNIFIED);
      attention.add(ATTENTION_UNIFIED);
    }
    if (traits.workstation()) {
      both(quantised, QUANTISED_WORKSTATION, floats, FLOAT_WORKSTATION);
    }
    if (traits.era() == Era.Y2024) {
      both(quantised, QUANTISED_2024, floats, FLOAT_2024);
    }
    if (traits.era() == Era.Y2023) {
      both(quantised, QUANTISED_2023, floats, FLOAT_2023);
    }
    Sum cpu = new Sum(logs, SHARE_CPU);
    cpu.addIf(traits.byteProducts(), SHARE_CPU_BYTES);
    Sum layer = new Sum(logs, LAYER_SECONDS);
    layer.addIf(traits.stacked(), LAYER_STACKED);
    double floatShare = floats.exp();
    double attentionShare = attention.exp();
    double expertFloat = new Sum(logs, EXPERTS_FLOAT).exp();
    return new PrefillRates(
        quantised.exp(),
        floatShare,
        floatShare * bf16.exp(),
        logs[WIDTH_POWER.place()],
        new Sum(logs, EXPERTS_QUANTISED).exp(),
        new Sum(logs, EXPERTS_FP4).exp(),
        expertFloat,
        traits.backend() == Backend.VULKAN
            ? expertFloat * new Sum(logs, EXPERTS_BF16_VULKAN).exp()
            : expertFloat,
        new Sum(logs, TILE_TOKENS).exp(),
        attentionShare,
        attentionShare * new Sum(logs, ATTENTION_PLAIN).exp(),
        new Sum(logs, READING).exp(),
        new Sum(logs, ACTIVATION_BYTES).exp(),
        layer.exp(),
        new Sum(logs, EXPERT_LAYER_SECONDS).exp(),
        new Sum(logs, LOW_BIT).exp(),
        1 - 1 / (1 + new Sum(logs, PIPELINED).exp()),
        new Sum(logs, CARD_SECONDS).exp(),
        new Sum(logs, EMBEDDED_OPERATIONS_PER_BYTE).exp(),
        cpu.exp());
  }

  private static void both(Sum quantised, PrefillTerm one, Sum floats, PrefillTerm other) {
    quantised.add(one);
    floats.add(other);
  }

  /**
   * What reading a prompt takes.
   *
   * @param matricesSeconds products with weights
   * @param attentionSeconds products with keys and values
   * @param readingSeconds weights through memory, once per micro-batch, and activations
   * @param layersSeconds time per layer and micro-batch
   */
  public record Parts(
      double matricesSeconds,
      double attentionSeconds,
      double readingSeconds,
      double layersSeconds) {
    public double seconds() {
      return matricesSeconds + attentionSeconds + readingSeconds + layersSeconds;
    }
  }

  /**
   * Time of a prompt on one device.
   *
   * @param tokens of the prompt
   * @param microBatch tokens computed at once
   * @param attentionOperations products with keys and values
   * @param peak operations per second, above 0
   * @param bandwidth bytes per second
   */
  public Parts prompt(
      WeightTraffic weights,
      int tokens,
      int microBatch,
      double attentionOperations,
      boolean flashAttention,
      double peak,
      double bandwidth) {
    int atOnce = Math.min(tokens, microBatch);
    double batches = Math.ceilDiv(tokens, atOnce);
    double wide = Math.pow(weights.width() / USUAL_WIDTH, widthPower);
    double tile = 1 + tileTokens * weights.chosenBy(atOnce) / atOnce;
    double seconds = 0;
    for (int i = 0; i < FAMILIES.length; i++) {
      double dense = weights.denseWeights()[i];
      double expert = weights.expertWeights()[i];
      FormatFamily family = FAMILIES[i];
      if (family == FormatFamily.F32 || (dense == 0 && expert == 0)) {
        continue;
      }
      double rate = peak * shareOf(family);
      double few = family.isLowBit() ? lowBit : 1;
      seconds += 2.0 * tokens * few * wide * (dense + expert * tile * expertFactor(family)) / rate;
    }
    double attention =
        attentionOperations / (peak * (flashAttention ? attentionShare : plainAttentionShare));
    return new Parts(
        seconds,
        attention,
        (batches * weights.wholeBytes() * reading
                + tokens * weights.layers() * weights.width() * activationBytes)
            / bandwidth,
        batches * (weights.layers() * layerSeconds + weights.expertLayers() * expertLayerSeconds));
  }

  private double shareOf(FormatFamily family) {
    return switch (family) {
      case F16, F32 -> floatShare;
      case BF16 -> bf16Share;
      default -> quantisedShare;
    };
  }

  private double expertFactor(FormatFamily family) {
    return switch (family) {
      case F16, F32 -> expertFloat;
      case BF16 -> expertBf16;
      case FP4 -> expertFp4;
      default -> expertQuantised;
    };
  }

  /**
   * Time of several cards that hold layers in turn and work on different micro-batches.
   *
   * @param all seconds of all cards, added up
   * @param longest seconds of the slowest card
   * @param batches micro-batches
   */
  public double pipeline(double all, double longest, int batches) {
    double overlapped = longest + (all - longest) / batches;
    return (1 - pipelined) * all + pipelined * overlapped;
  }
}
