package headroom.inference.codec;

/**
 * Finds the scale of 16 weights that lie on the grid {@code scale · code}, codes {@code -levels} to
 * {@code levels - 1}, with the least squared error weighted by x² ({@code make_qx_quants} and
 * {@code make_q3_quants} of <a
 * href="https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/ggml/src/ggml-quants.c">ggml-quants.c</a>).
 *
 * @param levels half the number of codes
 */
record SymmetricSearch(int levels) {
  private static final int COUNT = 16;

  /** Grids tried on either side of the one that the largest weight gives. */
  private static final int TRIES = 9;

  private static final float STEP = 0.1f;

  /** Rounds of {@link #refined}; most groups settle in two. */
  private static final int ROUNDS = 5;

  /** The best of 19 grids, each with its least-squares scale; 0 for zeros. */
  float bestOfGrids(float[] x, int at) {
    float furthest = Extremes.furthestFromZero(x, at, COUNT);
    if (Math.abs(furthest) < Extremes.NOTHING) {
      return 0;
    }
    float scale = 0;
    float best = 0;
    for (int attempt = 0; attempt <= 2 * TRIES; attempt++) {
      // The plain grid comes first, so that a tie is its.
      int step = attempt == 0 ? 0 : attempt <= TRIES ? attempt - TRIES - 1 : attempt - TRIES;
      float inverse = -(levels + STEP * step) / furthest;
      float lx = 0;
      float ll = 0;
      for (int i = at; i < at + COUNT; i++) {
        int code = code(inverse * x[i]);
        float w = x[i] * x[i];
        lx += w * x[i] * code;
        ll += w * code * code;
      }
      if (attempt == 0) {
        scale = ll != 0 ? lx / ll : 0;
        best = scale * lx;
      } else if (ll > 0 && lx * lx > best * ll) {
        scale = lx / ll;
        best = scale * lx;
      }
    }
    return scale;
  }

  /** The plain grid, then one code after the other moved to where it lessens the error. */
  float refined(float[] x, int at) {
    float furthest = Extremes.furthestFromZero(x, at, COUNT);
    if (Math.abs(furthest) < Extremes.NOTHING) {
      return 0;
    }
    float inverse = -levels / furthest;
    int[] codes = new int[COUNT];
    float lx = 0;
    float ll = 0;
    for (int i = 0; i < COUNT; i++) {
      codes[i] = code(inverse * x[at + i]);
      float w = x[at + i] * x[at + i];
      lx += w * x[at + i] * codes[i];
      ll += w * codes[i] * codes[i];
    }
    boolean changed = true;
    for (int round = 0; round < ROUNDS && changed; round++) {
      changed = false;
      for (int i = 0; i < COUNT; i++) {
        float value = x[at + i];
        float w = value * value;
        float othersLx = lx - w * value * codes[i];
        if (!(othersLx > 0)) {
          continue;
        }
        float othersLl = ll - w * codes[i] * codes[i];
        int moved = code(value * othersLl / othersLx);
        if (moved == codes[i]) {
          continue;
        }
        float newLx = othersLx + w * value * moved;
        float newLl = othersLl + w * moved * moved;
        if (newLl > 0 && newLx * newLx * ll > lx * lx * newLl) {
          codes[i] = moved;
          lx = newLx;
          ll = newLl;
          changed = true;
        }
      }
    }
    return ll > 0 ? lx / ll : 0;
  }

  /**
   * The codes, from 0 on, of 16 weights from {@code x[at + first]} on where the scale is given,
   * into {@code codes[first …]}; the code of zero where the scale is 0.
   */
  void codes(float[] x, int at, int first, float scale, int[] codes) {
    for (int i = first; i < first + COUNT; i++) {
      codes[i] = levels + (scale == 0 ? 0 : code(x[at + i] / scale));
    }
  }

  private int code(float scaled) {
    return Math.clamp(Extremes.nearest(scaled), -levels, levels - 1);
  }
}
