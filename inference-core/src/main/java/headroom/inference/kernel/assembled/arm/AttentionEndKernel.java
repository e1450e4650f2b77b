package headroom.inference.kernel.assembled.arm;

import static headroom.inference.assembler.arm.Register.X0;
import static headroom.inference.assembler.arm.Register.X1;
import static headroom.inference.assembler.arm.Register.X2;
import static headroom.inference.assembler.arm.Register.X3;
import static headroom.inference.assembler.arm.Register.X4;
import static headroom.inference.assembler.arm.Register.X5;
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

/** Writes {@link Machine#end} and {@link Machine#endPart}. */
final class AttentionEndKernel {
  private static final Register OUT = X0;
  private static final Register CONSTANTS = X1; // the offset that came in it is spent by then
  private static final Register ROW = X2;
  private static final Register MIXED = X3;
  private static final Register SIZE = X4;
  private static final Register ROWS = X5;
  private static final Register LEFT = X9;

  private AttentionEndKernel() {}

  /**
   * @param part true where nothing is divided, and what is left to do follows each row
   */
  static byte[] assemble(boolean part) {
    KernelWriter writer = new KernelWriter();
    Assembler a = writer.assembler();
    VectorRegister x = writer.register();
    VectorRegister share = writer.register();
    VectorRegister one = writer.register();
    writer.begin();
    a.add(OUT, OUT, X1);
    writer.pointToConstants(CONSTANTS);
    writer.load(one, CONSTANTS, 1);
    Label row = new Label();
    a.place(row);
    a.load(Width.S, share, at(ScoreRow.SUM));
    a.emit(Op.DUP, share, share.lane(0));
    a.emit(Op.FDIV, share, one, share);
    ElementLoop.over(a, SIZE, LEFT, MIXED, OUT)
        .write(
            1,
            now -> {
              now.load(x, MIXED);
              if (!part) {
                a.emit(Op.FMUL, x, x, share);
              }
              now.store(OUT, x);
            });
    if (part) {
      for (int place : new int[] {ScoreRow.LARGEST, ScoreRow.SUM}) {
        a.load(Width.S, x, at(place));
        a.store(Width.S, Address.at(OUT, 0), x);
        a.add(OUT, OUT, Float.BYTES);
      }
    }
    a.add(ROW, ROW, ScoreRow.BYTES);
    a.subs(ROWS, ROWS, 1);
    a.jumpIf(Condition.NOT_ZERO, row);
    return writer.finish();
  }

  private static Address at(int place) {
    return Address.at(ROW, ScoreRow.at(place));
  }
}
