package headroom.inference.kernel;

/** The non-linearity of a gated feed-forward network (Shazeer 2020, arXiv 2002.05202). */
public enum Activation {
  /** x / (1 + e^-x). */
  SILU,
  /** x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))), the approximation Gemma was trained with. */
  GELU_TANH;

  /** √(2/π). */
  public static final float GELU_SCALE = 0.79788456080286535588f;

  /** Hendrycks and Gimpel 2016, arXiv 1606.08415, section 2. */
  public static final float GELU_CUBIC = 0.044715f;
}
