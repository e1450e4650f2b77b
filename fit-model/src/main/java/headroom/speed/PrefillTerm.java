package headroom.speed;

/**
 * The constants of prefill; factors multiply what stands before them.
 *
 * <p>Beliefs: matrix units deliver a third to a half of their peak; experts that few tokens reach
 * waste most of a tile; the rest is unknown within wide bounds.
 */
public enum PrefillTerm implements Term {
  QUANTISED(0.45, 0.3),
  FLOAT(0.5, 0.3),
  BF16(0.8, 0.4),
  BF16_VULKAN(0.6, 0.5),
  QUANTISED_STACKED(1, 0.4),
  FLOAT_STACKED(1, 0.4),
  QUANTISED_VULKAN(0.8, 0.2),
  FLOAT_VULKAN(0.8, 0.2),
  QUANTISED_ROCM(1, 0.25),
  FLOAT_ROCM(1, 0.3),
  QUANTISED_METAL(1.4, 0.3),
  FLOAT_METAL(1, 0.3),
  QUANTISED_MLX(1.4, 0.4),
  FLOAT_MLX(1, 0.4),
  QUANTISED_SYCL(1, 0.4),
  FLOAT_SYCL(1, 0.4),
  QUANTISED_UNIFIED(0.8, 0.1),
  FLOAT_UNIFIED(0.8, 0.1),
  QUANTISED_WORKSTATION(1, 0.2),
  FLOAT_WORKSTATION(1, 0.2),
  QUANTISED_2024(1, 0.2),
  FLOAT_2024(1, 0.2),
  QUANTISED_2023(1, 0.3),
  FLOAT_2023(1, 0.3),
  /**
   * AMD's chips with a shared memory were new then: ROCm's kernels for another chip were two to six
   * times as fast (https://github.com/ROCm/ROCm/issues/4748).
   */
  ROCM_2025(0.25, 0.5),
  VULKAN_2025(0.7, 0.3),
  /** NVIDIA's driver alone has cooperative matrices of any size. */
  VULKAN_NVIDIA(1.2, 0.3),
  /** How many times dearer an operation is where the model is e times as wide. */
  WIDTH_POWER(1, 0.3),
  EXPERTS_QUANTISED(1.2, 0.15),
  EXPERTS_FP4(1, 0.3),
  EXPERTS_FLOAT(1.5, 0.3),
  EXPERTS_BF16_VULKAN(1, 0.5),
  TILE_TOKENS(16, 0.3),
  ATTENTION(0.15, 0.5),
  ATTENTION_PLAIN(0.6, 0.4),
  ATTENTION_VULKAN(0.7, 0.3),
  ATTENTION_ROCM(0.7, 0.3),
  ATTENTION_METAL(1, 0.4),
  ATTENTION_UNIFIED(0.8, 0.15),
  READING(1.2, 0.3),
  /** Bytes that a layer's activations move per token and element of the width. */
  ACTIVATION_BYTES(100, 0.7),
  LAYER_SECONDS(30e-6, 0.4),
  LAYER_STACKED(1, 0.3),
  EXPERT_LAYER_SECONDS(100e-6, 0.4),
  LOW_BIT(1.2, 0.3),
  PIPELINED(0.7, 0.7),
  CARD_SECONDS(3e-3, 0.8),
  /** Of our engine, whose arithmetic is held against memory: no measurement of it is fitted. */
  EMBEDDED_OPERATIONS_PER_BYTE(7.1, 0.8),
  /** Of the vector units' peak in 32-bit floats; 8-bit products may exceed it. */
  SHARE_CPU(0.5, 0.6),
  /** Engines multiply bytes, four in the time of a float where there are instructions for it. */
  SHARE_CPU_BYTES(1.6, 0.4);

  private final double believed;
  private final double spread;

  PrefillTerm(double believed, double spread) {
    this.believed = believed;
    this.spread = spread;
  }

  @Override
  public double believed() {
    return believed;
  }

  @Override
  public double spread() {
    return spread;
  }
}
