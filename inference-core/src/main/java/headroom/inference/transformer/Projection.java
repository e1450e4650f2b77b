package headroom.inference.transformer;

import headroom.inference.kernel.Linear;
import org.jspecify.annotations.Nullable;

/**
 * A matrix and what may be added to its product.
 *
 * @param matrix bound to its kernel
 * @param bias [rows], null where there is none
 */
public record Projection(Linear matrix, float @Nullable [] bias) {
  public int rows() {
    return matrix.rows();
  }
}
