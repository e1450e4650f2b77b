package headroom.inference.assembler.arm;

/**
 * A place in memory: [base + offset].
 *
 * @param offset bytes; which can be encoded depends on how many bytes are moved
 */
public record Address(Register base, int offset) {
  public static Address at(Register base, int offset) {
    return new Address(base, offset);
  }

  @Override
  public String toString() {
    return offset == 0 ? "[%s]".formatted(base) : "[%s, #%d]".formatted(base, offset);
  }
}
