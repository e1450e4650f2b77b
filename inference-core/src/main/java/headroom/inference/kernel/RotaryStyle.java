package headroom.inference.kernel;

/** Which two elements of a head are rotated together (RoPE, Su et al. 2021, arXiv 2104.09864). */
public enum RotaryStyle {
  /** 2i and 2i + 1: llama files, whose query and key rows were reordered for it. */
  ADJACENT,
  /** i and i + d/2: GPT-NeoX and what follows it. */
  HALVES
}
