package headroom.inference.kernel.assembled.x86;

import static headroom.inference.assembler.x86.Register.R8;
import static headroom.inference.assembler.x86.Register.RAX;
import static headroom.inference.assembler.x86.Register.RDI;
import static headroom.inference.assembler.x86.Register.RDX;
import static headroom.inference.assembler.x86.Register.RSI;

import headroom.inference.assembler.Label;
import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.kernel.assembled.Machine;
import headroom.quant.QuantFormat;
import java.util.Optional;

/** Writes {@link Machine#repack}. */
final class RepackKernel {
  /** Where the words of a block start: behind a half. */
  private static final int WORDS_AT = 2;

  private RepackKernel() {}

  /** The machine code; empty for formats that are laid out otherwise. */
  static Optional<byte[]> assemble(QuantFormat format, InstructionSet set) {
    return switch (format) {
      // As TileCodes.Bytes has them: moved up by 128 where products want them unsigned.
      case Q8_0 -> Optional.of(assemble(8, set.hasByteProducts() ? 0x80808080 : 0, set));
      case Q4_0, IQ4_NL -> Optional.of(assemble(4, 0, set));
      case Q4_K -> Optional.of(SuperRepackKernel.fourBits(set));
      case Q5_K -> Optional.of(SuperRepackKernel.fiveBits(set));
      case Q6_K -> Optional.of(SuperRepackKernel.sixBits(set));
      default -> Optional.empty();
    };
  }

  private static byte[] assemble(int words, int flipped, InstructionSet set) {
    Assembler a = new Assembler();
    Label block = new Label();
    int line = Integer.BYTES * set.lanes();
    a.place(block);
    a.load32(RAX, Memory.at(RDI, 0));
    a.store16(Memory.at(RDX, 0), RAX);
    for (int word = 0; word < words; word++) {
      a.load32(RAX, Memory.at(RDI, WORDS_AT + word * Integer.BYTES));
      if (flipped != 0) {
        a.xor(RAX, flipped);
      }
      a.store32(Memory.at(RSI, word * line), RAX);
    }
    a.add(RDI, WORDS_AT + words * Integer.BYTES);
    a.add(RSI, words * line);
    a.add(RDX, Short.BYTES * set.lanes());
    a.sub(R8, 1);
    a.jumpIfNotZero(block);
    a.ret();
    return a.bytes();
  }
}
