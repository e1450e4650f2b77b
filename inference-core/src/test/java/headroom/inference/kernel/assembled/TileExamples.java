package headroom.inference.kernel.assembled;

import headroom.inference.codec.BlockCodec;
import headroom.inference.codec.Codecs;
import headroom.inference.tensor.Tensor;
import headroom.quant.QuantFormat;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Weights to multiply, and what their products are in double precision. */
final class TileExamples {
  private TileExamples() {}

  /** Every code with all its bits set: the largest sums that 16-bit products can meet. */
  static Tensor largestCodes(QuantFormat format, int columns, int rows) {
    byte[] bytes = new byte[(int) format.bytesFor((long) columns * rows).value()];
    Arrays.fill(bytes, (byte) 0xBB);
    int block = (int) format.bytesFor(format.weightsPerBlock()).value();
    for (int i = 0; i < bytes.length; i++) {
      int at = i % block;
      // Scales, which lie in front or behind, stay as they are.
      boolean code =
          switch (format) {
            case Q6_K -> at < 192;
            case Q3_K -> at < 96;
            case Q2_K -> at >= 16 && at < 80;
            default -> at >= 16;
          };
      if (code) {
        bytes[i] = (byte) (format == QuantFormat.Q8_0 ? 0x80 : 0xFF);
      }
    }
    return tensor(format, columns, rows, bytes);
  }

  /** Decoded rows times the activations, in double precision. */
  static double[] exact(Tensor weight, float[] x, int tokens) {
    int rows = weight.rows();
    double[] sums = new double[tokens * rows];
    float[] row = new float[weight.columns()];
    BlockCodec codec = Codecs.require(weight.format(), "the test");
    for (int r = 0; r < rows; r++) {
      codec.decodeRow(weight.data(), r * weight.rowBytes(), row, 0, row.length);
      for (int t = 0; t < tokens; t++) {
        double sum = 0;
        for (int c = 0; c < row.length; c++) {
          sum += (double) row[c] * x[t * row.length + c];
        }
        sums[t * rows + r] = sum;
      }
    }
    return sums;
  }

  /** The largest |w||x| that any product is made of. */
  static double magnitude(Tensor weight, float[] x) {
    float[] row = new float[weight.columns()];
    double largest = 0;
    for (int r = 0; r < weight.rows(); r++) {
      Codecs.require(weight.format(), "the test")
          .decodeRow(weight.data(), r * weight.rowBytes(), row, 0, row.length);
      for (float w : row) {
        largest = Math.max(largest, Math.abs(w));
      }
    }
    double largestX = 0;
    for (float v : x) {
      largestX = Math.max(largestX, Math.abs(v));
    }
    return largest * largestX;
  }

  static Tensor weight(QuantFormat format, int columns, int rows, Random random) {
    BlockCodec codec = Codecs.require(format, "the test");
    byte[] bytes = new byte[(int) format.bytesFor((long) columns * rows).value()];
    if (Codecs.encodable().contains(format)) {
      long rowBytes = format.bytesFor(columns).value();
      MemorySegment data = MemorySegment.ofArray(bytes);
      for (int r = 0; r < rows; r++) {
        codec.encodeRow(gaussian(columns, random), 0, columns, data, r * rowBytes);
      }
    } else {
      random.nextBytes(bytes);
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] &= (byte) 0xBB; // clears the top exponent bit of any half, wherever it lies
      }
    }
    return tensor(format, columns, rows, bytes);
  }

  static float[] gaussian(int count, Random random) {
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  private static Tensor tensor(QuantFormat format, int columns, int rows, byte[] bytes) {
    return new Tensor(
        "test", format, List.of((long) columns, (long) rows), MemorySegment.ofArray(bytes));
  }
}
