package headroom.inference.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Activations as whole numbers from -127 to 127 with a scale per 32, which is what llama.cpp's Q8_0
 * activations are (ggml's {@code quantize_row_q8_0}), with the scale kept in single precision.
 * Codes are 16 bits wide, as products are.
 *
 * <p>A token's numbers are [blocks] scales, [blocks] sums, [2 blocks] scales, each twice, and [2
 * blocks] sums of 16 columns each; a sum is scale * Σ code, which pays for weights that have an
 * offset or a minimum.
 */
final class Rounding {
  static final int BLOCK = 32;
  private static final int HALF = BLOCK / 2;

  /**
   * Adding 1.5 * 2^23 leaves a float no bits for fractions: it is rounded, to even where it ties.
   */
  private static final float WHOLE = 0x1.8p23f;

  private static final int LARGEST = 127;

  private Rounding() {}

  /** Shorts per token: its codes, and a block to work in. */
  static int shorts(int columns) {
    return columns + BLOCK;
  }

  /** Floats per token. */
  static int numbers(int columns) {
    return 6 * (columns / BLOCK);
  }

  /** Where sums of blocks start. */
  static int sumsAt(int columns) {
    return columns / BLOCK;
  }

  /** Where scales start that are there for every 16 columns. */
  static int halfScalesAt(int columns) {
    return 2 * (columns / BLOCK);
  }

  /** Where sums of 16 columns start. */
  static int halfSumsAt(int columns) {
    return 4 * (columns / BLOCK);
  }

  /** Rounds one token, x [columns] from {@code xAt} on. */
  static void round(
      float[] x,
      int xAt,
      int columns,
      ColumnOrder order,
      short[] codes,
      int codesAt,
      float[] numbers,
      int numbersAt) {
    for (int b = 0; b < columns / BLOCK; b++) {
      int from = xAt + b * BLOCK;
      int to = codesAt + b * BLOCK;
      float scale = largest(x, from) / LARGEST;
      float inverse = scale == 0 ? 0 : 1 / scale;
      int work = order == ColumnOrder.STORED ? to : codesAt + columns;
      float first = scale * half(x, from, inverse, codes, work);
      float second = scale * half(x, from + HALF, inverse, codes, work + HALF);
      if (order == ColumnOrder.EVEN_FIRST) {
        for (int i = 0; i < HALF; i++) {
          codes[to + i] = codes[work + 2 * i];
          codes[to + HALF + i] = codes[work + 2 * i + 1];
        }
      }
      numbers[numbersAt + b] = scale;
      numbers[numbersAt + sumsAt(columns) + b] = first + second;
      numbers[numbersAt + halfScalesAt(columns) + 2 * b] = scale;
      numbers[numbersAt + halfScalesAt(columns) + 2 * b + 1] = scale;
      numbers[numbersAt + halfSumsAt(columns) + 2 * b] = first;
      numbers[numbersAt + halfSumsAt(columns) + 2 * b + 1] = second;
    }
  }

  private static float largest(float[] x, int at) {
    FloatVector largest = FloatVector.fromArray(Codes.FLOATS, x, at).abs();
    for (int k = Codes.FLOAT_LANES; k < BLOCK; k += Codes.FLOAT_LANES) {
      largest = largest.max(FloatVector.fromArray(Codes.FLOATS, x, at + k).abs());
    }
    return largest.reduceLanes(VectorOperators.MAX);
  }

  /** Rounds 16 columns and adds them up. */
  private static int half(float[] x, int at, float inverse, short[] codes, int to) {
    IntVector sum = IntVector.zero(Codes.INTS);
    for (int k = 0; k < HALF; k += Codes.FLOAT_LANES) {
      IntVector whole =
          FloatVector.fromArray(Codes.FLOATS, x, at + k)
              .mul(inverse)
              .add(WHOLE)
              .reinterpretAsInts()
              .sub(Float.floatToRawIntBits(WHOLE));
      sum = sum.add(whole);
      ((ShortVector) whole.castShape(Codes.HALF_SHORTS, 0)).intoArray(codes, to + k);
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }
}
