package headroom.inference.kernel.assembled.arm;

import static headroom.inference.assembler.arm.Register.X0;
import static headroom.inference.assembler.arm.Register.X1;
import static headroom.inference.assembler.arm.Register.X10;
import static headroom.inference.assembler.arm.Register.X11;
import static headroom.inference.assembler.arm.Register.X12;
import static headroom.inference.assembler.arm.Register.X2;
import static headroom.inference.assembler.arm.Register.X5;
import static headroom.inference.assembler.arm.Register.X6;
import static headroom.inference.assembler.arm.Register.X8;
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

/** Writes {@link Machine#soften}. */
final class SoftmaxKernel {
  private static final Register ROW = X1;
  private static final Register CONSTANTS = X2; // the offset that came in it is spent by then
  private static final Register NONE = X0; // where the first score is
  private static final Register FIRST = X5;
  private static final Register LAST = X6;
  private static final Register ROWS = X8;
  private static final Register SCORE = X9;
  private static final Register LEFT = X10;
  private static final Register END = X11; // of the last vector in which any is seen
  private static final Register ALL = X12;

  private final KernelWriter writer = new KernelWriter();
  private final Assembler a = writer.assembler();
  private final VectorRegister largest = writer.register();
  private final VectorRegister sum = writer.register();
  private final VectorRegister shrink = writer.register();
  private final VectorRegister x = writer.register();
  private final VectorRegister score = writer.register();
  private final VectorRegister unseen = writer.register();
  private final VectorRegister zero = writer.register();
  private final ExponentialSteps exponential = new ExponentialSteps(writer, x);

  private SoftmaxKernel() {}

  static byte[] assemble() {
    return new SoftmaxKernel().assembleAll();
  }

  private byte[] assembleAll() {
    writer.begin();
    a.load64(ROWS, Address.at(Register.SP, writer.stackArguments()));
    a.add(ROW, ROW, X2);
    writer.pointToConstants(CONSTANTS);
    exponential.begin(CONSTANTS);
    writer.load(unseen, CONSTANTS, Float.NEGATIVE_INFINITY);
    writer.zero(zero);
    a.mov(NONE, 0);
    a.mov(ALL, ScoreRow.CELLS);
    a.add(END, LAST, KernelWriter.LANES - 1);
    a.lsr(END, END, Integer.numberOfTrailingZeros(KernelWriter.LANES));
    a.lsl(END, END, Integer.numberOfTrailingZeros(KernelWriter.LANES));
    Label nothing = new Label();
    Label end = new Label();
    a.sub(LEFT, LAST, FIRST);
    a.jumpIfZero(LEFT, nothing);
    overRows(
        () -> {
          fill(NONE, FIRST, unseen);
          fill(LAST, END, unseen);
          soften();
          fill(NONE, FIRST, zero);
          fill(LAST, ALL, zero);
        });
    a.jump(end);
    a.place(nothing);
    writer.load(shrink, CONSTANTS, 1);
    overRows(
        () -> {
          fill(NONE, ALL, zero);
          a.store(Width.S, state(ScoreRow.SHRINK), shrink);
        });
    a.place(end);
    return writer.finish();
  }

  private void overRows(Runnable body) {
    Label row = new Label();
    a.place(row);
    body.run();
    a.add(ROW, ROW, ScoreRow.BYTES);
    a.subs(ROWS, ROWS, 1);
    a.jumpIf(Condition.NOT_ZERO, row);
  }

  /** Scores from one place to another. */
  private void fill(Register from, Register to, VectorRegister with) {
    Label next = new Label();
    Label end = new Label();
    a.add(SCORE, ROW, from, 2); // four bytes each
    a.sub(LEFT, to, from);
    a.jumpIfZero(LEFT, end);
    a.place(next);
    a.store(Width.S, Address.at(SCORE, 0), with);
    a.add(SCORE, SCORE, Float.BYTES);
    a.subs(LEFT, LEFT, 1);
    a.jumpIf(Condition.NOT_ZERO, next);
    a.place(end);
  }

  /** One query's scores. */
  private void soften() {
    a.load(Width.S, x, state(ScoreRow.LARGEST));
    a.emit(Op.DUP, x, x.lane(0));
    writer.move(largest, x);
    overScores(
        () -> {
          a.load(Width.Q, score, Address.at(SCORE, 0));
          a.emit(Op.FMAX, largest, largest, score);
        });
    a.emit(Op.FMAXV, largest, largest);
    a.emit(Op.DUP, largest, largest.lane(0));
    a.emit(Op.FSUB, x, x, largest);
    exponential.write();
    writer.move(shrink, x);
    writer.zero(sum);
    overScores(
        () -> {
          a.load(Width.Q, x, Address.at(SCORE, 0));
          a.emit(Op.FSUB, x, x, largest);
          exponential.write();
          a.store(Width.Q, Address.at(SCORE, 0), x);
          a.emit(Op.FADD, sum, sum, x);
        });
    a.emit(Op.FADDP, sum, sum, sum);
    a.emit(Op.FADDP, sum, sum, sum);
    a.load(Width.S, x, state(ScoreRow.SUM));
    a.emit(Op.FMLA, sum, x, shrink);
    a.store(Width.S, state(ScoreRow.LARGEST), largest);
    a.store(Width.S, state(ScoreRow.SUM), sum);
    a.store(Width.S, state(ScoreRow.SHRINK), shrink);
  }

  private static Address state(int place) {
    return Address.at(ROW, ScoreRow.at(place));
  }

  /** A loop over the scores, four each time. */
  private void overScores(Runnable body) {
    a.mov(SCORE, ROW);
    a.mov(LEFT, END);
    Label next = new Label();
    a.place(next);
    body.run();
    a.add(SCORE, SCORE, VectorRegister.BYTES);
    a.subs(LEFT, LEFT, KernelWriter.LANES);
    a.jumpIf(Condition.NOT_ZERO, next);
  }
}
