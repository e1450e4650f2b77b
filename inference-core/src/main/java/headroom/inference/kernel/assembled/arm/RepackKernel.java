package headroom.inference.kernel.assembled.arm;

import static headroom.inference.assembler.arm.Register.X0;
import static headroom.inference.assembler.arm.Register.X1;
import static headroom.inference.assembler.arm.Register.X2;
import static headroom.inference.assembler.arm.Register.X4;
import static headroom.inference.assembler.arm.Register.X9;

import headroom.inference.assembler.Label;
import headroom.inference.assembler.arm.Address;
import headroom.inference.assembler.arm.Assembler;
import headroom.inference.assembler.arm.Condition;
import headroom.inference.assembler.arm.VectorRegister;
import headroom.inference.kernel.assembled.Machine;
import headroom.quant.QuantFormat;
import java.util.Optional;

/** Writes {@link Machine#repack}. */
final class RepackKernel {
  /** Where the words of a block start: behind a half. */
  private static final int WORDS_AT = 2;

  private RepackKernel() {}

  /** The machine code; empty for formats that are laid out otherwise. */
  static Optional<byte[]> assemble(QuantFormat format) {
    return switch (format) {
      case Q8_0 -> Optional.of(assemble(8));
      case Q4_0, IQ4_NL -> Optional.of(assemble(4));
      case Q4_K -> Optional.of(SuperRepackKernel.fourBits());
      case Q5_K -> Optional.of(SuperRepackKernel.fiveBits());
      case Q6_K -> Optional.of(SuperRepackKernel.sixBits());
      default -> Optional.empty();
    };
  }

  private static byte[] assemble(int words) {
    Assembler a = new Assembler();
    Label block = new Label();
    a.place(block);
    a.load16(X9, Address.at(X0, 0));
    a.store16(Address.at(X2, 0), X9);
    for (int word = 0; word < words; word++) {
      a.load32(X9, Address.at(X0, WORDS_AT + word * Integer.BYTES));
      a.store32(Address.at(X1, word * VectorRegister.BYTES), X9);
    }
    a.add(X0, X0, WORDS_AT + words * Integer.BYTES);
    a.add(X1, X1, words * VectorRegister.BYTES);
    a.add(X2, X2, Short.BYTES * KernelWriter.LANES);
    a.subs(X4, X4, 1);
    a.jumpIf(Condition.NOT_ZERO, block);
    a.ret();
    return a.bytes();
  }
}
