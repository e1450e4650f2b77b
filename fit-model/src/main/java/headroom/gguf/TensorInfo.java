package headroom.gguf;

import headroom.quant.QuantFormat;
import headroom.units.Bytes;
import java.util.List;

/**
 * One tensor as the header lists it.
 *
 * @param name for example {@code blk.0.attn_q.weight}
 * @param shape elements per dimension, GGUF order: the first is the row length
 * @param format how it is stored
 * @param offset bytes from the start of the tensor data
 */
public record TensorInfo(String name, List<Long> shape, QuantFormat format, long offset) {
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** Elements of one row, the unit that blocks divide. */
  public long rowLength() {
    return shape.isEmpty() ? 1 : shape.getFirst();
  }

  /** Rows over all further dimensions. */
  public long rows() {
    return elements() / rowLength();
  }

  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  public Bytes bytes() {
    return format.bytesFor(elements());
  }
}
