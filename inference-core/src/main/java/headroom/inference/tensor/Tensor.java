package headroom.inference.tensor;

import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/**
 * Weights as they are stored: data only, whatever the format.
 *
 * @param name GGUF name, for messages
 * @param format how the data is stored
 * @param shape elements per dimension, GGUF order: the first is the row length
 * @param data exactly the bytes of these elements
 */
public record Tensor(String name, QuantFormat format, List<Long> shape, MemorySegment data) {
  public Tensor {
    shape = List.copyOf(shape);
    long elements = shape.stream().reduce(1L, Math::multiplyExact);
    long wanted = format.bytesFor(elements).value();
    if (data.byteSize() != wanted) {
      throw new IllegalArgumentException(
          "tensor '%s': found %d bytes of data; wanted %d for %s of shape %s"
              .formatted(name, data.byteSize(), wanted, format, shape));
    }
  }

  /** Elements of one row. */
  public int columns() {
    return Math.toIntExact(shape.getFirst());
  }

  /** Rows, those of all experts where the tensor holds several matrices. */
  public int rows() {
    return Math.toIntExact(shape.subList(1, shape.size()).stream().reduce(1L, Math::multiplyExact));
  }

  /** Bytes of one row. */
  public long rowBytes() {
    return format.bytesFor(columns()).value();
  }

  /** A matrix of {@code count} rows from {@code first} on, sharing this tensor's memory. */
  public Tensor rows(int first, int count) {
    Objects.checkFromIndexSize(first, count, rows());
    return new Tensor(
        name + "[" + first + ".." + (first + count) + ")",
        format,
        List.of((long) columns(), (long) count),
        data.asSlice(first * rowBytes(), count * rowBytes()));
  }
}
