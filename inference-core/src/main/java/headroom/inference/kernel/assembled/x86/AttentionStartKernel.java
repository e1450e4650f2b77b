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
import static headroom.inference.assembler.x86.Register.RSP;

import headroom.inference.assembler.Label;
import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.Register;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.assembler.x86.VectorWidth;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.ScoreRow;

/** Writes {@link Machine#start}. */
final class AttentionStartKernel {
  private static final Register QUERY = RDI;
  private static final Register INTO = RDX;
  private static final Register ROW = R10;
  private static final Register ELEMENTS = R8;
  private static final Register ROWS = R9;

  private AttentionStartKernel() {}

  static byte[] assemble() {
    KernelWriter writer = new KernelWriter(InstructionSet.AVX2);
    Assembler a = writer.assembler();
    VectorRegister scale = writer.register();
    VectorRegister x = writer.register();
    VectorRegister zero = writer.register();
    a.add(QUERY, RSI);
    a.mov(ROW, RCX);
    writer.loadConstants();
    a.emit(Op.VBROADCASTSS, scale, Memory.at(RSP, Long.BYTES)); // past the return address
    new ElementLoop(a, ELEMENTS, RAX, R11)
        .write(
            1,
            now -> {
              now.load(x, now.at(QUERY));
              now.emit(Op.VMULPS, x, x, scale);
              now.store(now.at(INTO), x);
            });
    a.emit(Op.VMOVUPS, x, writer.floats(Float.NEGATIVE_INFINITY));
    writer.zero(zero);
    Label row = new Label();
    a.place(row);
    a.emit(Op.VMOVSS_STORE, at(ScoreRow.LARGEST), x.as(VectorWidth.XMM));
    a.emit(Op.VMOVSS_STORE, at(ScoreRow.SUM), zero.as(VectorWidth.XMM));
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
