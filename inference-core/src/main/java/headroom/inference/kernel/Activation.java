package headroom.inference.kernel;

/** The non-linearity of a feed-forward network (Shazeer 2020, arXiv 2002.05202). */
public enum Activation {
  /** x / (1 + e^-x). */
  SILU,
  /** x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))) at the precision of {@link GeluTable}. */
  GELU_TANH,
  /**
   * x / (1 + e^-1.702x) of x clamped from above at 7; what it gates is clamped to ±7, plus 1
   * (gpt-oss, arXiv 2508.10925; {@code ggml_compute_forward_swiglu_oai} in llama.cpp's <a
   * href="https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/ggml/src/ggml-cpu/ops.cpp">ops.cpp</a>).
   */
  SWIGLU_OAI,
  /** max(x, 0)² (Primer, arXiv 2109.08668). */
  SQUARED_RELU
}
