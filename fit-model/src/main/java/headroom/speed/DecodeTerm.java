package headroom.speed;

/**
 * The constants of decode; factors multiply what stands before them.
 *
 * <p>Beliefs: no device reads more than its peak; LPDDR of APUs was measured at 84 % of it
 * (lhl/strix-halo-testing README); llama.cpp's ROCm kernels are its CUDA kernels, tuned for other
 * hardware; the rest is unknown within wide bounds.
 */
public enum DecodeTerm implements Term {
  SHARE(0.90, 0.06),
  SHARE_STACKED(1, 0.3),
  SHARE_VULKAN(0.95, 0.03),
  SHARE_ROCM(0.95, 0.03),
  SHARE_METAL(1, 0.08),
  SHARE_MLX(1, 0.08),
  SHARE_SYCL(1, 0.3),
  SHARE_UNIFIED(0.93, 0.015),
  SHARE_2024(1, 0.05),
  SHARE_2023(1, 0.3),
  LAYER_SECONDS(70e-6, 0.7),
  LAYER_STACKED(1, 0.4),
  LAYER_VULKAN(1, 0.2),
  LAYER_ROCM(2, 0.3),
  LAYER_METAL(1, 0.7),
  LAYER_MLX(1, 0.5),
  LAYER_SYCL(1, 0.5),
  LAYER_UNIFIED(1, 0.05),
  LAYER_2024(1, 0.4),
  LAYER_2023(1, 0.4),
  FORMAT_F32(1, 0.07),
  FORMAT_F16(1, 0.07),
  FORMAT_BF16(1, 0.07),
  FORMAT_Q8(1, 0.07),
  FORMAT_Q4(1, 0.07),
  FORMAT_K4(1, 0.07),
  FORMAT_K6(1, 0.07),
  FORMAT_K3(1, 0.07),
  FORMAT_K2(1, 0.07),
  FORMAT_FP4(1, 0.07),
  FORMAT_IQ(1, 0.07),
  FORMAT_FLAT(1, 0.07),
  UNPACK_OPERATIONS(3, 0.7),
  UNPACK_CUDA(1, 0.4),
  UNPACK_VULKAN(1, 0.4),
  UNPACK_ROCM(1.7, 0.3),
  UNPACK_METAL(1, 0.4),
  UNPACK_MLX(1, 0.4),
  UNPACK_SYCL(1, 0.4),
  UNPACK_2023(1, 0.4),
  UNPACK_LOW_BIT(1.3, 0.3),
  EXPERTS(1.25, 0.05),
  EXPERTS_BF16_VULKAN(2, 0.5),
  CACHE(1.2, 0.4),
  CACHE_PLAIN_ATTENTION(1, 0.3),
  CACHE_VULKAN(1, 0.4),
  CACHE_ROCM(1.5, 0.4),
  CACHE_METAL(1, 0.4),
  CACHE_UNIFIED(0.85, 0.05),
  EXPERT_LAYER_SECONDS(35e-6, 0.2),
  STATE_LAYER_SECONDS(40e-6, 0.7),
  TOKEN_SECONDS(300e-6, 1.0),
  CARD_SECONDS(200e-6, 1.0),
  /** Of the memory that makers state; some processors are sold with faster. */
  SHARE_CPU(0.75, 0.1),
  LAYER_CPU(1, 0.7),
  UNPACK_CPU(1, 0.7),
  UNPACK_CPU_BYTES(0.7, 0.4),
  /**
   * No measurement of the catalogue is of our engine. Its bench on two Zen 3 cores that read 27 to
   * 30 GB/s (assembled-avx2, 2 threads): SmolLM2-135M Q8_0 131 tok/s, Llama-3.2-1B Q8_0 20.5.
   */
  SHARE_EMBEDDED(0.9, 0.3),
  LAYER_EMBEDDED(80e-6, 0.7);

  private final double believed;
  private final double spread;

  DecodeTerm(double believed, double spread) {
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
