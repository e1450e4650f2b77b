package headroom.inference.codec;

/** The values that 4-bit indices stand for; tables of ggml-common.h. */
public final class CodeBooks {
  /** {@code kvalues_iq4nl}: denser near zero, as trained weights are. */
  static final byte[] IQ4 = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  /** Twice the values of an E2M1 float, OCP Microscaling Formats 1.0, table 5. */
  static final byte[] FP4_DOUBLED = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

  private CodeBooks() {}

  /** The sixteen values of IQ4_NL and IQ4_XS, times a block's scale. */
  public static byte[] iq4() {
    return IQ4.clone();
  }

  /** Twice the sixteen values of MXFP4, times a block's scale. */
  public static byte[] fp4Doubled() {
    return FP4_DOUBLED.clone();
  }
}
