package headroom.gguf;

import headroom.quant.QuantFormat;
import headroom.units.Bytes;
import java.util.List;

/**
 * A tensor that is to be written; the writer finds its offset.
 *
 * @param name for example {@code blk.0.attn_q.weight}
 * @param shape elements per dimension, GGUF order: the first is the row length
 * @param format how its bytes are stored
 */
public record TensorPlan(String name, List<Long> shape, QuantFormat format) {
  public TensorPlan {
    shape = List.copyOf(shape);
    if (shape.isEmpty() || shape.size() > TensorTable.MOST_DIMENSIONS) {
      throw new IllegalArgumentException(
          "tensor '%s' has %d dimensions; wanted 1-%d"
              .formatted(name, shape.size(), TensorTable.MOST_DIMENSIONS));
    }
    if (shape.stream().anyMatch(size -> size < 1) || !format.fitsRow(shape.getFirst())) {
      throw new IllegalArgumentException(
          "tensor '%s' has shape %s; wanted sizes above 0 and rows of whole %s blocks (%d)"
              .formatted(name, shape, format, format.weightsPerBlock()));
    }
  }

  /** Bytes of its data, padding left out. */
  public Bytes bytes() {
    return format.bytesFor(shape.stream().reduce(1L, Math::multiplyExact));
  }
}
