package headroom.inference.transformer;

import headroom.inference.kernel.Kernels;

/**
 * A norm and a bias behind it (Phi-3.5-MoE, whose layer norms llama.cpp runs without their means).
 *
 * @param norm what normalises
 * @param bias [size]
 */
public record ShiftedNorm(Norm norm, float[] bias) implements Norm {
  @Override
  public int size() {
    return norm.size();
  }

  @Override
  public void apply(Kernels kernels, float[] x, int xOffset, float[] out, int outOffset) {
    norm.apply(kernels, x, xOffset, out, outOffset);
    kernels.add(out, outOffset, bias, 0, bias.length);
  }
}
