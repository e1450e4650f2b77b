package headroom.inference.codec;

/**
 * Finds the scale of 32 weights that lie on {@code scale · CodeBooks.IQ4[code]} with the least
 * squared error weighted by x² ({@code quantize_row_iq4_nl_impl} of <a
 * href="https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/ggml/src/ggml-quants.c">ggml-quants.c</a>).
 */
final class CodeBookSearch {
  private static final int COUNT = 32;
  private static final byte[] BOOK = CodeBooks.IQ4;

  /** Scales tried on either side of the one that puts the largest weight on the first entry. */
  private static final int TRIES = 7;

  private CodeBookSearch() {}

  /** The index of the entry nearest to {@code x}; the higher where two are as near. */
  static int nearest(float x) {
    if (x <= BOOK[0]) {
      return 0;
    }
    if (x >= BOOK[15]) {
      return 15;
    }
    int low = 0;
    int high = 15;
    while (high - low > 1) {
      int middle = (low + high) / 2;
      if (x < BOOK[middle]) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return x - BOOK[low] < BOOK[high] - x ? low : high;
  }

  /** The least-squares scale where the largest weight lies on the first entry; 0 for zeros. */
  static float plainScale(float[] x, int at) {
    float furthest = Extremes.furthestFromZero(x, at, COUNT);
    return Math.abs(furthest) < Extremes.NOTHING
        ? 0
        : new Fit(x, at, 1 / (furthest / BOOK[0])).scale();
  }

  /** The best of 16 least-squares scales; 0 for zeros. */
  static float bestScale(float[] x, int at) {
    float furthest = Extremes.furthestFromZero(x, at, COUNT);
    if (Math.abs(furthest) < Extremes.NOTHING) {
      return 0;
    }
    Fit first = new Fit(x, at, 1 / (-furthest / BOOK[0]));
    float scale = first.scale();
    float best = scale * first.qx;
    for (int attempt = -TRIES; attempt <= TRIES; attempt++) {
      Fit fit = new Fit(x, at, (attempt + BOOK[0]) / furthest);
      if (fit.qq > 0 && fit.qx * fit.qx > best * fit.qq) {
        scale = fit.scale();
        best = scale * fit.qx;
      }
    }
    return scale;
  }

  /** The line through what {@code inverse · x} is nearest to. */
  private static final class Fit {
    private final float qx;
    private final float qq;

    Fit(float[] x, int at, float inverse) {
      float sumQx = 0;
      float sumQq = 0;
      for (int i = at; i < at + COUNT; i++) {
        float q = BOOK[nearest(inverse * x[i])];
        float w = x[i] * x[i];
        sumQx += w * q * x[i];
        sumQq += w * q * q;
      }
      qx = sumQx;
      qq = sumQq;
    }

    float scale() {
      return qq > 0 ? qx / qq : 0;
    }
  }
}
