package headroom.inference.transformer;

import headroom.inference.kernel.Kernels;

/**
 * Layer normalisation (Ba, Kiros and Hinton 2016, arXiv 1607.06450).
 *
 * @param weight [size]
 * @param bias [size]
 * @param epsilon added to the variance
 */
public record LayerNorm(float[] weight, float[] bias, float epsilon) implements Norm {
  @Override
  public int size() {
    return weight.length;
  }

  @Override
  public void apply(Kernels kernels, float[] x, int xOffset, float[] out, int outOffset) {
    kernels.layerNorm(x, xOffset, weight, bias, weight.length, epsilon, out, outOffset);
  }
}
