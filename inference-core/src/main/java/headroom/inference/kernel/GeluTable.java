package headroom.inference.kernel;

/**
 * GELU as llama.cpp computes it: argument and result are rounded to half precision, so that one
 * table serves (ggml's <a
 * href="https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/ggml/src/ggml-cpu/vec.h">vec.h</a>,
 * {@code ggml_vec_gelu_f32}). Without the rounding logits differ from its by some thousandths.
 */
public final class GeluTable {
  /** √(2/π). */
  private static final double SCALE = Math.sqrt(2 / Math.PI);

  /** Hendrycks and Gimpel 2016, arXiv 1606.08415, section 2. */
  private static final double CUBIC = 0.044715;

  /** From here on GELU is the identity, and 0 below the negative of it, as in ggml. */
  private static final float LINEAR = 10;

  private static final float[] BY_HALF = new float[1 << 16];

  static {
    for (int bits = 0; bits < BY_HALF.length; bits++) {
      double x = Float.float16ToFloat((short) bits);
      float exact = (float) (0.5 * x * (1 + Math.tanh(SCALE * (x + CUBIC * x * x * x))));
      BY_HALF[bits] = Float.float16ToFloat(Float.floatToFloat16(exact));
    }
  }

  private GeluTable() {}

  public static float gelu(float x) {
    if (x <= -LINEAR) {
      return 0;
    }
    return x >= LINEAR ? x : BY_HALF[Float.floatToFloat16(x) & 0xFFFF];
  }
}
