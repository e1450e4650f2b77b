package headroom.inference.transformer;

import headroom.inference.kernel.Linear;
import org.jspecify.annotations.Nullable;

/**
 * A matrix and what may become of its product: scale * matrix · x + bias.
 *
 * @param matrix bound to its kernel
 * @param scale one number for the whole matrix, which formats with few bits keep beside their
 *     blocks (BitNet, NVFP4), 1 for most
 * @param bias [rows], null where there is none
 */
public record Projection(Linear matrix, float scale, float @Nullable [] bias) {
  /** A product that is not scaled. */
  public Projection(Linear matrix, float @Nullable [] bias) {
    this(matrix, 1, bias);
  }

  public int rows() {
    return matrix.rows();
  }
}
