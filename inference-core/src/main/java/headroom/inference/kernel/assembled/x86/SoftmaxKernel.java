package headroom.inference.kernel.assembled.x86;

import static headroom.inference.assembler.x86.Register.R10;
import static headroom.inference.assembler.x86.Register.R11;
import static headroom.inference.assembler.x86.Register.R8;
import static headroom.inference.assembler.x86.Register.R9;
import static headroom.inference.assembler.x86.Register.RAX;
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
import headroom.inference.kernel.assembled.RowFormat;
import headroom.inference.kernel.assembled.ScoreRow;

/** Writes {@link Machine#soften}, with the {@link Exponential} of eight scores at a time. */
final class SoftmaxKernel {
  private static final Register ROW = RSI;
  private static final Register SCORE = RDX;
  private static final Register LEFT = RAX;
  private static final Register NONE = RDI; // where the first score is
  private static final Register FIRST = R9;
  private static final Register LAST = R11;
  private static final Register END = R8; // of the last vector in which any is seen
  private static final Register ROWS = R10;

  private final KernelWriter writer = new KernelWriter(InstructionSet.AVX2);
  private final Assembler a = writer.assembler();
  private final VectorRegister largest = writer.register();
  private final VectorRegister sum = writer.register();
  private final VectorRegister shrink = writer.register();
  private final VectorRegister x = writer.register();
  private final VectorRegister unseen = writer.register();
  private final VectorRegister zero = writer.register();
  private final ExponentialSteps exponential = new ExponentialSteps(writer, x);

  private SoftmaxKernel() {}

  static byte[] assemble() {
    return new SoftmaxKernel().assembleAll();
  }

  private byte[] assembleAll() {
    a.add(ROW, RDX);
    a.load64(LAST, Memory.at(RSP, Long.BYTES)); // past the return address
    a.load64(ROWS, Memory.at(RSP, 3 * Long.BYTES));
    writer.loadConstants();
    exponential.begin();
    a.emit(Op.VMOVUPS, unseen, writer.floats(Float.NEGATIVE_INFINITY));
    writer.zero(zero);
    a.xor(NONE, NONE);
    a.mov(END, LAST);
    a.add(END, RowFormat.STEP - 1);
    a.and(END, -RowFormat.STEP);
    Label nothing = new Label();
    Label end = new Label();
    a.mov(LEFT, LAST);
    a.sub(LEFT, FIRST);
    a.jumpIfZero(nothing);
    overRows(
        () -> {
          fill(NONE, FIRST, unseen);
          fill(LAST, END, unseen);
          soften();
          fill(NONE, FIRST, zero);
          fillAfter(LAST, zero);
        });
    a.jump(end);
    a.place(nothing);
    a.emit(Op.VMOVUPS, shrink, writer.floats(1));
    overRows(
        () -> {
          fillAfter(NONE, zero);
          a.emit(Op.VMOVSS_STORE, state(ScoreRow.SHRINK), shrink.as(VectorWidth.XMM));
        });
    a.place(end);
    a.vzeroupper();
    a.ret();
    return writer.finish();
  }

  private void overRows(Runnable body) {
    Label row = new Label();
    a.place(row);
    body.run();
    a.add(ROW, ScoreRow.BYTES);
    a.sub(ROWS, 1);
    a.jumpIfNotZero(row);
  }

  /** Scores from one place to another. */
  private void fill(Register from, Register to, VectorRegister with) {
    a.mov(LEFT, to);
    fillLeft(from, with);
  }

  /** Scores from a place on. */
  private void fillAfter(Register from, VectorRegister with) {
    a.mov(LEFT, ScoreRow.CELLS);
    fillLeft(from, with);
  }

  /** Scores from a place to that which {@link #LEFT} says. */
  private void fillLeft(Register from, VectorRegister with) {
    Label next = new Label();
    Label end = new Label();
    a.lea(SCORE, Memory.at(ROW, from, Float.BYTES, 0));
    a.sub(LEFT, from);
    a.jumpIfZero(end);
    a.place(next);
    a.emit(Op.VMOVSS_STORE, Memory.at(SCORE, 0), with.as(VectorWidth.XMM));
    a.add(SCORE, Float.BYTES);
    a.sub(LEFT, 1);
    a.jumpIfNotZero(next);
    a.place(end);
  }

  /** One query's scores. */
  private void soften() {
    a.emit(Op.VBROADCASTSS, x, state(ScoreRow.LARGEST));
    a.emit(Op.VMOVUPS, largest, x);
    overScores(() -> a.emit(Op.VMAXPS, largest, largest, Memory.at(SCORE, 0)));
    writer.spreadLargest(largest, sum);
    a.emit(Op.VSUBPS, x, x, largest);
    exponential.write();
    a.emit(Op.VMOVUPS, shrink, x);
    writer.zero(sum);
    overScores(
        () -> {
          a.emit(Op.VMOVUPS, x, Memory.at(SCORE, 0));
          a.emit(Op.VSUBPS, x, x, largest);
          exponential.write();
          a.emit(Op.VMOVUPS_STORE, Memory.at(SCORE, 0), x);
          a.emit(Op.VADDPS, sum, sum, x);
        });
    writer.sumLanes(sum, x);
    VectorRegister total = sum.as(VectorWidth.XMM);
    VectorRegister before = x.as(VectorWidth.XMM);
    VectorRegister factor = shrink.as(VectorWidth.XMM);
    a.emit(Op.VMOVSS, before, state(ScoreRow.SUM));
    a.emit(Op.VFMADD231PS, total, before, factor);
    a.emit(Op.VMOVSS_STORE, state(ScoreRow.LARGEST), largest.as(VectorWidth.XMM));
    a.emit(Op.VMOVSS_STORE, state(ScoreRow.SUM), total);
    a.emit(Op.VMOVSS_STORE, state(ScoreRow.SHRINK), factor);
  }

  private static Memory state(int place) {
    return Memory.at(ROW, ScoreRow.at(place));
  }

  /** A loop over the scores, eight at {@link #SCORE} each time. */
  private void overScores(Runnable body) {
    a.mov(SCORE, ROW);
    a.mov(LEFT, END);
    Label next = new Label();
    a.place(next);
    body.run();
    a.add(SCORE, RowFormat.STEP * Float.BYTES);
    a.sub(LEFT, RowFormat.STEP);
    a.jumpIfNotZero(next);
  }
}
