package headroom.quant;

import java.util.Arrays;
import java.util.Optional;

/**
 * The mixes of llama.cpp's quantiser, by the names people download files under.
 *
 * <p>Which tensor gets which format is in {@code headroom.mix}. Ids from {@code enum llama_ftype}
 * in llama.h.
 */
public enum GgufMix implements WeightFormat {
  F32(0, QuantFormat.F32),
  F16(1, QuantFormat.F16),
  Q4_0(2, QuantFormat.Q4_0),
  Q4_1(3, QuantFormat.Q4_1),
  Q8_0(7, QuantFormat.Q8_0),
  Q5_0(8, QuantFormat.Q5_0),
  Q5_1(9, QuantFormat.Q5_1),
  Q2_K(10, QuantFormat.Q2_K),
  Q3_K_S(11, QuantFormat.Q3_K),
  Q3_K_M(12, QuantFormat.Q3_K),
  Q3_K_L(13, QuantFormat.Q3_K),
  Q4_K_S(14, QuantFormat.Q4_K),
  Q4_K_M(15, QuantFormat.Q4_K),
  Q5_K_S(16, QuantFormat.Q5_K),
  Q5_K_M(17, QuantFormat.Q5_K),
  Q6_K(18, QuantFormat.Q6_K),
  IQ2_XXS(19, QuantFormat.IQ2_XXS),
  IQ2_XS(20, QuantFormat.IQ2_XS),
  Q2_K_S(21, QuantFormat.Q2_K),
  IQ3_XS(22, QuantFormat.IQ3_S),
  IQ3_XXS(23, QuantFormat.IQ3_XXS),
  IQ1_S(24, QuantFormat.IQ1_S),
  IQ4_NL(25, QuantFormat.IQ4_NL),
  IQ3_S(26, QuantFormat.IQ3_S),
  IQ3_M(27, QuantFormat.IQ3_S),
  IQ2_S(28, QuantFormat.IQ2_XS),
  IQ2_M(29, QuantFormat.IQ2_S),
  IQ4_XS(30, QuantFormat.IQ4_XS),
  IQ1_M(31, QuantFormat.IQ1_M),
  BF16(32, QuantFormat.BF16),
  TQ1_0(36, QuantFormat.TQ1_0),
  TQ2_0(37, QuantFormat.TQ2_0),
  MXFP4_MOE(38, QuantFormat.MXFP4);

  private final int ftype;
  private final QuantFormat base;

  GgufMix(int ftype, QuantFormat base) {
    this.ftype = ftype;
    this.base = base;
  }

  /** The mix of this name in any case; empty where none has it. */
  public static Optional<GgufMix> byName(String name) {
    return Arrays.stream(values()).filter(m -> m.name().equalsIgnoreCase(name)).findFirst();
  }

  /** {@code general.file_type} of files of this mix. */
  public int ftype() {
    return ftype;
  }

  /** What a tensor is stored as where no exception of the mix names it. */
  public QuantFormat base() {
    return base;
  }

  @Override
  public String id() {
    return name();
  }
}
