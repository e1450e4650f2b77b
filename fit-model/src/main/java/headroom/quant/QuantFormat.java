package headroom.quant;

import headroom.units.Bytes;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How one tensor is stored: every GGML type with its exact block geometry.
 *
 * <p>Ids from <a href="https://github.com/ggml-org/ggml/blob/d99724f2/include/ggml.h">{@code enum
 * ggml_type}</a>, block sizes from the structs in <a
 * href="https://github.com/ggml-org/ggml/blob/d99724f2/src/ggml-common.h">ggml-common.h</a>.
 */
public enum QuantFormat {
  F32(0, 1, 4),
  F16(1, 1, 2),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q5_0(6, 32, 22),
  Q5_1(7, 32, 24),
  Q8_0(8, 32, 34),
  Q8_1(9, 32, 36),
  Q2_K(10, 256, 84),
  Q3_K(11, 256, 110),
  Q4_K(12, 256, 144),
  Q5_K(13, 256, 176),
  Q6_K(14, 256, 210),
  Q8_K(15, 256, 292),
  IQ2_XXS(16, 256, 66),
  IQ2_XS(17, 256, 74),
  IQ3_XXS(18, 256, 98),
  IQ1_S(19, 256, 50),
  IQ4_NL(20, 32, 18),
  IQ3_S(21, 256, 110),
  IQ2_S(22, 256, 82),
  IQ4_XS(23, 256, 136),
  I8(24, 1, 1),
  I16(25, 1, 2),
  I32(26, 1, 4),
  I64(27, 1, 8),
  F64(28, 1, 8),
  IQ1_M(29, 256, 56),
  BF16(30, 1, 2),
  TQ1_0(34, 256, 54),
  TQ2_0(35, 256, 66),
  MXFP4(39, 32, 17),
  NVFP4(40, 64, 36),
  Q1_0(41, 128, 18),
  Q2_0(42, 64, 18);

  private static final Map<Integer, QuantFormat> BY_ID =
      Arrays.stream(values()).collect(Collectors.toMap(f -> f.ggmlId, Function.identity()));

  private final int ggmlId;
  private final int weightsPerBlock;
  private final int bytesPerBlock;

  QuantFormat(int ggmlId, int weightsPerBlock, int bytesPerBlock) {
    this.ggmlId = ggmlId;
    this.weightsPerBlock = weightsPerBlock;
    this.bytesPerBlock = bytesPerBlock;
  }

  /** The format with this GGML type id; empty where the id is unknown or was removed. */
  public static Optional<QuantFormat> byGgmlId(int id) {
    return Optional.ofNullable(BY_ID.get(id));
  }

  /** The format of this name in any case ({@code q8_0}, {@code Q8_0}); empty where none has it. */
  public static Optional<QuantFormat> byName(String name) {
    return Arrays.stream(values()).filter(f -> f.name().equalsIgnoreCase(name)).findFirst();
  }

  public int ggmlId() {
    return ggmlId;
  }

  public int weightsPerBlock() {
    return weightsPerBlock;
  }

  public int bytesPerBlock() {
    return bytesPerBlock;
  }

  public double bitsPerWeight() {
    return 8.0 * bytesPerBlock / weightsPerBlock;
  }

  /** True where rows of this many weights can be stored without a broken block. */
  public boolean fitsRow(long weights) {
    return weights % weightsPerBlock == 0;
  }

  /**
   * Bytes of this many weights.
   *
   * @throws IllegalArgumentException where they are not a whole number of blocks
   */
  public Bytes bytesFor(long weights) {
    if (weights < 0 || !fitsRow(weights)) {
      throw new IllegalArgumentException(
          "%d weights cannot be stored as %s; wanted a multiple of %d"
              .formatted(weights, this, weightsPerBlock));
    }
    return Bytes.of(Math.multiplyExact(weights / weightsPerBlock, (long) bytesPerBlock));
  }
}
