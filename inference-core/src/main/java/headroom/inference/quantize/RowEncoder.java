package headroom.inference.quantize;

import headroom.inference.codec.BlockCodec;
import headroom.inference.codec.Codecs;
import headroom.inference.kernel.Threads;
import headroom.inference.tensor.Tensor;
import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;

/** Turns rows of one tensor into another format and keeps account of the error. */
final class RowEncoder {
  /** Parts of a task: enough that threads end together, few enough that parts cost nothing. */
  private static final int PARTS_PER_THREAD = 8;

  private final String source;
  private final Tensor tensor;
  private final BlockCodec from;
  private final BlockCodec to;
  private final int columns;
  private final long rowBytes;
  private double squaredError;
  private double squaredWeights;

  RowEncoder(String source, Tensor tensor, QuantFormat target) {
    this.source = source;
    this.tensor = tensor;
    this.from = Codecs.require(tensor.format(), "tensor '" + tensor.name() + "'");
    this.to = Codecs.require(target, "tensor '" + tensor.name() + "'");
    this.columns = tensor.columns();
    this.rowBytes = target.bytesFor(columns).value();
  }

  long rowBytes() {
    return rowBytes;
  }

  double squaredError() {
    return squaredError;
  }

  double squaredWeights() {
    return squaredWeights;
  }

  /** Encodes {@code count} rows from {@code first} on into the start of {@code out}. */
  void encode(int first, int count, MemorySegment out, Threads threads) {
    int parts = Math.min(count, threads.count() * PARTS_PER_THREAD);
    double[] errors = new double[parts]; // summed in order: the same however threads share them
    double[] weights = new double[parts];
    threads.run(
        (part, ofParts, lane) -> {
          float[] memory = lane.floats(2 * columns);
          int end = (int) ((part + 1L) * count / ofParts);
          for (int row = (int) ((long) part * count / ofParts); row < end; row++) {
            encodeRow(first + row, memory, out, row * rowBytes);
            for (int i = 0; i < columns; i++) {
              double error = (double) memory[columns + i] - memory[i];
              errors[part] += error * error;
              weights[part] += (double) memory[i] * memory[i];
            }
          }
        },
        parts);
    for (int part = 0; part < parts; part++) {
      squaredError += errors[part];
      squaredWeights += weights[part];
    }
  }

  /** Leaves the row as it was and as it became, one behind the other, in {@code memory}. */
  private void encodeRow(int row, float[] memory, MemorySegment out, long offset) {
    from.decodeRow(tensor.data(), row * tensor.rowBytes(), memory, 0, columns);
    for (int i = 0; i < columns; i++) {
      if (!Float.isFinite(memory[i])) {
        throw refused(row, i, "is %s; wanted a finite number".formatted(memory[i]));
      }
    }
    to.encodeWeights(memory, 0, columns, out, offset);
    to.decodeRow(out, offset, memory, columns, columns);
    for (int i = 0; i < columns; i++) {
      if (!Float.isFinite(memory[columns + i])) {
        throw refused(row, i, "is %s, more than %s can hold".formatted(memory[i], to.format()));
      }
    }
  }

  private QuantizationException refused(int row, int column, String reason) {
    return new QuantizationException(
        source,
        "tensor '%s' row %d: weight %d of %d %s"
            .formatted(tensor.name(), row, column, columns, reason));
  }
}
