package headroom.inference.assembler.x86;

import org.jspecify.annotations.Nullable;

/**
 * A place in memory: [base + index * scale + displacement].
 *
 * @param base always there
 * @param index null where there is none; never {@link Register#RSP}, which cannot be encoded
 * @param scale 1, 2, 4 or 8
 * @param displacement bytes
 * @param broadcast true where its 32 bits stand for every lane, which EVEX can say and VEX cannot
 */
public record Memory(
    Register base, @Nullable Register index, int scale, int displacement, boolean broadcast)
    implements Operand {
  public Memory {
    if (index == Register.RSP) {
      throw new IllegalArgumentException("rsp cannot be an index");
    }
    if (scale != 1 && scale != 2 && scale != 4 && scale != 8) {
      throw new IllegalArgumentException("scale is %d; wanted 1, 2, 4 or 8".formatted(scale));
    }
  }

  public static Memory at(Register base, int displacement) {
    return new Memory(base, null, 1, displacement, false);
  }

  public static Memory at(Register base, Register index, int scale, int displacement) {
    return new Memory(base, index, scale, displacement, false);
  }

  /** Its first 32 bits in every lane. */
  public Memory toEveryLane() {
    return new Memory(base, index, scale, displacement, true);
  }
}
