package headroom.inference.transformer;

/**
 * Root-mean-square normalisation (Zhang and Sennrich 2019, arXiv 1910.07467).
 *
 * @param weight [size]
 * @param epsilon added to the mean square
 */
public record RmsNorm(float[] weight, float epsilon) {
  public int size() {
    return weight.length;
  }
}
