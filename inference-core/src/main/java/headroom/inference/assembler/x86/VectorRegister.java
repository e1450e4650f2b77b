package headroom.inference.assembler.x86;

import java.util.Locale;

/**
 * A vector register, seen at one width.
 *
 * @param width of what is used of it
 * @param number 0 to 31; from 16 on it exists with AVX-512 only
 */
public record VectorRegister(VectorWidth width, int number) implements Operand {
  public VectorRegister {
    if (number < 0 || number > 31) {
      throw new IllegalArgumentException("vector register %d; wanted 0 to 31".formatted(number));
    }
  }

  public static VectorRegister xmm(int number) {
    return VectorWidth.XMM.register(number);
  }

  public static VectorRegister ymm(int number) {
    return VectorWidth.YMM.register(number);
  }

  public static VectorRegister zmm(int number) {
    return VectorWidth.ZMM.register(number);
  }

  /** The same register at another width. */
  public VectorRegister as(VectorWidth other) {
    return other.register(number);
  }

  @Override
  public String toString() {
    return width.name().toLowerCase(Locale.ROOT) + number;
  }
}
