package headroom.inference.kernel.assembled.arm;

import static headroom.inference.assembler.arm.Register.X0;
import static headroom.inference.assembler.arm.Register.X1;
import static headroom.inference.assembler.arm.Register.X2;
import static headroom.inference.assembler.arm.Register.X3;
import static headroom.inference.assembler.arm.Register.X4;
import static headroom.inference.assembler.arm.Register.X5;
import static headroom.inference.assembler.arm.Register.X6;
import static headroom.inference.assembler.arm.Register.X9;

import headroom.inference.assembler.Label;
import headroom.inference.assembler.arm.Address;
import headroom.inference.assembler.arm.Assembler;
import headroom.inference.assembler.arm.Condition;
import headroom.inference.assembler.arm.Op;
import headroom.inference.assembler.arm.Register;
import headroom.inference.assembler.arm.VectorRegister;
import headroom.inference.assembler.arm.Width;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.ScoreRow;

/** Writes {@link Machine#start}. */
final class AttentionStartKernel {
  private static final Register QUERY = X0;
  private static final Register CONSTANTS = X1; // the offset that came in it is spent by then
  private static final Register INTO = X2;
  private static final Register ROW = X3;
  private static final Register ELEMENTS = X4;
  private static final Register ROWS = X5;
  private static final Register SCALE = X6;
  private static final Register LEFT = X9;

  private AttentionStartKernel() {}

  static byte[] assemble() {
    KernelWriter writer = new KernelWriter();
    Assembler a = writer.assembler();
    VectorRegister scale = writer.register();
    VectorRegister x = writer.register();
    VectorRegister zero = writer.register();
    writer.begin();
    a.add(QUERY, QUERY, X1);
    writer.pointToConstants(CONSTANTS);
    a.dup(scale, SCALE);
    ElementLoop.over(a, ELEMENTS, LEFT, QUERY, INTO)
        .write(
            1,
            now -> {
              now.load(x, QUERY);
              a.emit(Op.FMUL, x, x, scale);
              now.store(INTO, x);
            });
    writer.load(x, CONSTANTS, Float.NEGATIVE_INFINITY);
    writer.zero(zero);
    Label row = new Label();
    a.place(row);
    a.store(Width.S, Address.at(ROW, ScoreRow.at(ScoreRow.LARGEST)), x);
    a.store(Width.S, Address.at(ROW, ScoreRow.at(ScoreRow.SUM)), zero);
    a.add(ROW, ROW, ScoreRow.BYTES);
    a.subs(ROWS, ROWS, 1);
    a.jumpIf(Condition.NOT_ZERO, row);
    return writer.finish();
  }
}
