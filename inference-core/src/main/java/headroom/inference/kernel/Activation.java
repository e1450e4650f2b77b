package headroom.inference.kernel;

/** The non-linearity of a gated feed-forward network (Shazeer 2020, arXiv 2002.05202). */
public enum Activation {
  /** x / (1 + e^-x). */
  SILU,
  /** x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))) at the precision of {@link GeluTable}. */
  GELU_TANH
}
