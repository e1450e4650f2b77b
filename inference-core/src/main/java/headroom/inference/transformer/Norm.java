package headroom.inference.transformer;

import headroom.inference.kernel.Kernels;

/** What brings activations to one scale before a layer works on them. */
public sealed interface Norm permits RmsNorm, LayerNorm, ShiftedNorm, HeadNorms {
  /** Elements that are normalised together. */
  int size();

  /** out = norm(x) over {@link #size} elements from each offset on; in place allowed. */
  void apply(Kernels kernels, float[] x, int xOffset, float[] out, int outOffset);
}
