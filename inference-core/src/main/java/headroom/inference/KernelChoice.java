package headroom.inference;

/** Which kernels a model is bound to. */
public enum KernelChoice {
  /** The fastest that serve here. */
  AUTO,
  /** Those assembled as machine code, or an error where they cannot serve. */
  ASSEMBLED,
  /** Those in terms of the Vector API, or an error where it cannot serve. */
  VECTOR,
  /** The scalar reference. */
  REFERENCE
}
