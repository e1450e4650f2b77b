package headroom.inference.codec;

/**
 * Finds the scale and minimum of a few weights that lie on the grid {@code scale · code - min},
 * codes 0 to {@code levels}, with the least weighted error: a grid over all values first, then
 * grids a little wider and narrower, each with its own least-squares line ({@code make_qkx2_quants}
 * of <a
 * href="https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/ggml/src/ggml-quants.c">ggml-quants.c</a>).
 *
 * @param levels largest code
 * @param narrowest added to {@code levels} for the first grid tried
 * @param tries grids tried, each 0.1 of a level finer than the last
 * @param absolute true to weigh |error|, false to weigh its square
 */
record AffineSearch(int levels, float narrowest, int tries, boolean absolute) {
  private static final float STEP = 0.1f;

  /**
   * Searches for {@code count} weights from {@code x[at]} on.
   *
   * @param weight [count] importance of each
   * @param codes [count] scratch
   * @param scales takes the scale at {@code group}
   * @param mins takes the minimum, positive where weights are negative, at {@code group}
   */
  void search(
      float[] x,
      int at,
      int count,
      float[] weight,
      int[] codes,
      float[] scales,
      float[] mins,
      int group) {
    float min = Math.min(Extremes.smallest(x, at, count), 0);
    float max = Extremes.largest(x, at, count);
    scales[group] = 0;
    mins[group] = -min;
    if (max == min) {
      return;
    }
    float sumW = 0;
    float sumX = 0;
    for (int i = 0; i < count; i++) {
      sumW += weight[i];
      sumX += weight[i] * x[at + i];
    }
    float inverse = levels / (max - min);
    float scale = 1 / inverse;
    for (int i = 0; i < count; i++) {
      codes[i] = code(inverse * (x[at + i] - min));
    }
    float least = error(x, at, count, weight, codes, scale, min);
    for (int attempt = 0; attempt < tries; attempt++) {
      // The best line so far tells where the next grid starts.
      inverse = (narrowest + STEP * attempt + levels) / (max - min);
      float sumL = 0;
      float sumLl = 0;
      float sumLx = 0;
      for (int i = 0; i < count; i++) {
        int code = code(inverse * (x[at + i] - min));
        codes[i] = code;
        float w = weight[i];
        sumL += w * code;
        sumLl += w * code * code;
        sumLx += w * code * x[at + i];
      }
      float determinant = sumW * sumLl - sumL * sumL;
      if (!(determinant > 0)) {
        continue;
      }
      float fitted = (sumW * sumLx - sumX * sumL) / determinant;
      float start = (sumLl * sumX - sumL * sumLx) / determinant;
      if (start > 0) { // minima are stored as what is taken away, so they cannot be positive
        start = 0;
        fitted = sumLx / sumLl;
      }
      float error = error(x, at, count, weight, codes, fitted, start);
      if (error < least) {
        least = error;
        scale = fitted;
        min = start;
      }
    }
    scales[group] = scale;
    mins[group] = -min;
  }

  /**
   * The codes of {@code count} weights from {@code x[at + first]} on where scale and minimum are
   * given, into {@code codes[first …]}; zeros where the scale is 0.
   */
  static void codes(
      float[] x, int at, int first, int count, float scale, float min, int levels, int[] codes) {
    for (int i = first; i < first + count; i++) {
      codes[i] =
          scale == 0 ? 0 : Math.clamp(Extremes.nearest((x[at + i] + min) / scale), 0, levels);
    }
  }

  private int code(float scaled) {
    return Math.clamp(Extremes.nearest(scaled), 0, levels);
  }

  private float error(
      float[] x, int at, int count, float[] weight, int[] codes, float scale, float min) {
    float sum = 0;
    for (int i = 0; i < count; i++) {
      float difference = scale * codes[i] + min - x[at + i];
      sum += weight[i] * (absolute ? Math.abs(difference) : difference * difference);
    }
    return sum;
  }
}
