package headroom.inference.kernel.assembled.x86;

import static headroom.inference.assembler.x86.Register.R10;
import static headroom.inference.assembler.x86.Register.R11;
import static headroom.inference.assembler.x86.Register.R8;
import static headroom.inference.assembler.x86.Register.R9;
import static headroom.inference.assembler.x86.Register.RAX;
import static headroom.inference.assembler.x86.Register.RCX;
import static headroom.inference.assembler.x86.Register.RDI;
import static headroom.inference.assembler.x86.Register.RDX;
import static headroom.inference.assembler.x86.Register.RSI;

import headroom.inference.assembler.Label;
import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.Register;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.assembler.x86.VectorWidth;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.ScoreRow;

/** Writes {@link Machine#end} and {@link Machine#endPart}. */
final class AttentionEndKernel {
  private static final Register OUT = RDI;
  private static final Register ROW = RDX;
  private static final Register MIXED = R10;
  private static final Register SIZE = R8;
  private static final Register ROWS = R9;

  private final KernelWriter writer = new KernelWriter(InstructionSet.AVX2);
  private final Assembler a = writer.assembler();
  private final VectorRegister x = writer.register();
  private final VectorRegister share = writer.register();
  private final VectorRegister one = writer.register();

  private AttentionEndKernel() {}

  /**
   * @param part true where nothing is divided, and what is left to do follows each row
   */
  static byte[] assemble(boolean part) {
    return new AttentionEndKernel().assembleAll(part);
  }

  private byte[] assembleAll(boolean part) {
    a.add(OUT, RSI);
    a.mov(MIXED, RCX);
    writer.loadConstants();
    a.emit(Op.VMOVUPS, one, writer.floats(1));
    Label row = new Label();
    a.place(row);
    a.emit(Op.VBROADCASTSS, share, at(ScoreRow.SUM));
    a.emit(Op.VDIVPS, share, one, share);
    new ElementLoop(a, SIZE, RAX, R11)
        .write(
            1,
            now -> {
              now.load(x, now.at(MIXED));
              if (!part) {
                now.emit(Op.VMULPS, x, x, share);
              }
              now.store(now.at(OUT), x);
            });
    a.lea(MIXED, Memory.at(MIXED, SIZE, Float.BYTES, 0));
    a.lea(OUT, Memory.at(OUT, SIZE, Float.BYTES, 0));
    if (part) {
      VectorRegister state = x.as(VectorWidth.XMM);
      for (int place : new int[] {ScoreRow.LARGEST, ScoreRow.SUM}) {
        a.emit(Op.VMOVSS, state, at(place));
        a.emit(Op.VMOVSS_STORE, Memory.at(OUT, 0), state);
        a.add(OUT, Float.BYTES);
      }
    }
    a.add(ROW, ScoreRow.BYTES);
    a.sub(ROWS, 1);
    a.jumpIfNotZero(row);
    a.vzeroupper();
    a.ret();
    return writer.finish();
  }

  private static Memory at(int place) {
    return Memory.at(ROW, ScoreRow.at(place));
  }
}
