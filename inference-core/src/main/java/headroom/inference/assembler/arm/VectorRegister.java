package headroom.inference.assembler.arm;

/**
 * A vector register of 128 bits; how it is divided is the instruction's to say.
 *
 * @param number 0 to 31; of 8 to 15 a function must leave the lower 64 bits as they were (AAPCS64,
 *     section 6.1.2)
 */
public record VectorRegister(int number) {
  public static final int BYTES = 16;

  public VectorRegister {
    if (number < 0 || number > 31) {
      throw new IllegalArgumentException("vector register %d; wanted 0 to 31".formatted(number));
    }
  }

  /** One of its four lanes of 32 bits, for instructions that take one for all. */
  public Lane lane(int index) {
    return new Lane(this, index);
  }

  @Override
  public String toString() {
    return "v" + number;
  }

  /**
   * 32 bits of a vector register: a float, a word, or a quad of bytes.
   *
   * @param index 0 to 3
   */
  public record Lane(VectorRegister register, int index) {
    public Lane {
      if (index < 0 || index > 3) {
        throw new IllegalArgumentException("lane %d; wanted 0 to 3".formatted(index));
      }
    }
  }
}
