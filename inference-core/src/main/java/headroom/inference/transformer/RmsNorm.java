package headroom.inference.transformer;

import headroom.inference.kernel.Kernels;
import java.util.Arrays;

/**
 * Root-mean-square normalisation (Zhang and Sennrich 2019, arXiv 1910.07467).
 *
 * @param weight [size]
 * @param epsilon added to the mean square
 */
public record RmsNorm(float[] weight, float epsilon) implements Norm {
  /** A norm that does not weight. */
  public static RmsNorm unweighted(int size, float epsilon) {
    float[] ones = new float[size];
    Arrays.fill(ones, 1);
    return new RmsNorm(ones, epsilon);
  }

  @Override
  public int size() {
    return weight.length;
  }

  @Override
  public void apply(Kernels kernels, float[] x, int xOffset, float[] out, int outOffset) {
    kernels.rmsNorm(x, xOffset, weight, weight.length, epsilon, out, outOffset);
  }
}
