package headroom.speed;

import java.util.Locale;

/** Weight formats whose kernels have the same cost per byte and per weight. */
public enum FormatFamily {
  F32,
  F16,
  BF16,
  Q8,
  /** Four and five bits with one scale per 32. */
  Q4,
  /** Q4_K and Q5_K. */
  K4,
  K6,
  K3,
  K2,
  FP4,
  /** Formats that look weights up in a grid. */
  IQ,
  /** Schemes of other engines. */
  FLAT;

  /** The family of a storage format's name, for example {@code Q4_K}. */
  public static FormatFamily of(String format) {
    String name = format.toUpperCase(Locale.ROOT);
    return switch (name) {
      case "F32" -> F32;
      case "F16", "16 BIT" -> F16;
      case "BF16" -> BF16;
      case "Q8_0" -> Q8;
      case "Q4_0", "Q4_1", "Q5_0", "Q5_1", "IQ4_NL" -> Q4;
      case "Q4_K", "Q5_K" -> K4;
      case "Q6_K" -> K6;
      case "Q3_K" -> K3;
      case "Q2_K" -> K2;
      case "MXFP4", "NVFP4" -> FP4;
      default -> name.startsWith("IQ") || name.startsWith("TQ") ? IQ : FLAT;
    };
  }

  /** True where weights are unpacked before they are multiplied. */
  public boolean isQuantised() {
    return this != F32 && this != F16 && this != BF16;
  }

  /** True where unpacking takes many steps per weight. */
  public boolean isLowBit() {
    return this == K3 || this == K2 || this == IQ;
  }
}
