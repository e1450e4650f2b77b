package headroom.inference.kernel.assembled;

/**
 * The exponential of the Cephes library (Moshier, expf.c): e^x = 2^n e^r with |r| at most half of
 * ln 2, and a polynomial for e^r that is right to 2e-7.
 *
 * <pre>
 *   n = round(x · log2 e)       r = x - n · high - n · low
 *   e^r = 1 + r + r² (((((p0 r + p1) r + p2) r + p3) r + p4) r + p5)
 * </pre>
 */
public final class Exponential {
  /** Below this e^x counts as e^-86, 5e-38: 2^n stays a normal number. */
  public static final float LOWEST = -86;

  public static final float LOG2_E = 1.44269504f;

  /** The upper bits of ln 2, whose multiples are exact. */
  public static final float LN2_HIGH = 0.693359375f;

  public static final float LN2_LOW = -2.12194440e-4f;

  private static final float[] POLYNOMIAL = {
    1.9875691500e-4f,
    1.3981999507e-3f,
    8.3334519073e-3f,
    4.1665795894e-2f,
    1.6666665459e-1f,
    5.0000001201e-1f
  };

  /** Terms of the polynomial. */
  public static final int TERMS = POLYNOMIAL.length;

  private Exponential() {}

  /** A term of the polynomial, that of the highest power first. */
  public static float term(int i) {
    return POLYNOMIAL[i];
  }
}
