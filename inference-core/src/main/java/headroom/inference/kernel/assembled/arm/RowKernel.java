package headroom.inference.kernel.assembled.arm;

import static headroom.inference.assembler.arm.Register.X0;
import static headroom.inference.assembler.arm.Register.X1;
import static headroom.inference.assembler.arm.Register.X10;
import static headroom.inference.assembler.arm.Register.X11;
import static headroom.inference.assembler.arm.Register.X12;
import static headroom.inference.assembler.arm.Register.X13;
import static headroom.inference.assembler.arm.Register.X14;
import static headroom.inference.assembler.arm.Register.X15;
import static headroom.inference.assembler.arm.Register.X16;
import static headroom.inference.assembler.arm.Register.X17;
import static headroom.inference.assembler.arm.Register.X2;
import static headroom.inference.assembler.arm.Register.X3;
import static headroom.inference.assembler.arm.Register.X4;
import static headroom.inference.assembler.arm.Register.X5;
import static headroom.inference.assembler.arm.Register.X6;
import static headroom.inference.assembler.arm.Register.X7;
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
import headroom.inference.kernel.assembled.RowFormat;

/**
 * Writes {@link Machine#dot}: four rows at a time, then one by one.
 *
 * <p>Four rows by three vectors are summed in twenty-four registers, one for either half of eight
 * elements; three vectors and the row in flight take the other eight.
 */
final class RowKernel {
  private static final int ROWS = 4;
  private static final int HALVES = CachedLoads.HALVES;

  /** Steps of a row at once. */
  private static final int STEPS = 4;

  // The arguments, and what is made of them.
  private static final Register ROW = X0;
  private static final Register X = X1;
  private static final Register OUT = X3;
  private static final Register STEPS_PER_ROW = X5;
  private static final Register ROW_STRIDE = X6;
  private static final Register OUT_STRIDE = X7;
  private static final Register COUNT = X8;
  private static final Register X_STRIDE = X17;

  // What one pass over four rows moves on.
  private static final Register[] ROWS_AT = {X9, X10, X11, X12};
  private static final Register[] X_AT = {X13, X14, X15};
  private static final Register LEFT = X16;
  private static final Register OUT_AT = X2;

  private final RowFormat format;
  private final KernelWriter writer = new KernelWriter();
  private final Assembler a = writer.assembler();
  private final VectorRegister[][][] sums; // [ROWS][vectors][HALVES]
  private final VectorRegister[][] x; // [vectors][HALVES]
  private final VectorRegister[] row = writer.registers(HALVES);

  private RowKernel(RowFormat format, int vectors) {
    this.format = format;
    x = new VectorRegister[vectors][];
    for (int v = 0; v < vectors; v++) {
      x[v] = writer.registers(HALVES);
    }
    sums = new VectorRegister[ROWS][vectors][];
    for (VectorRegister[][] ofRow : sums) {
      for (int v = 0; v < vectors; v++) {
        ofRow[v] = writer.registers(HALVES);
      }
    }
  }

  static byte[] assemble(RowFormat format, int vectors) {
    return new RowKernel(format, vectors).assemble();
  }

  private byte[] assemble() {
    writer.begin();
    a.load64(COUNT, Address.at(Register.SP, writer.stackArguments()));
    a.add(X, X, X2);
    a.add(OUT, OUT, X4);
    a.lsl(X_STRIDE, STEPS_PER_ROW, Integer.numberOfTrailingZeros(RowFormat.STEP * Float.BYTES));

    Label four = new Label();
    Label rest = new Label();
    Label one = new Label();
    Label done = new Label();
    a.subs(COUNT, COUNT, ROWS);
    a.jumpIf(Condition.NEGATIVE, rest);
    a.place(four);
    products(ROWS);
    a.add(ROW, ROW, ROW_STRIDE, Integer.numberOfTrailingZeros(ROWS));
    a.add(OUT, OUT, ROWS * Float.BYTES);
    a.subs(COUNT, COUNT, ROWS);
    a.jumpIf(Condition.NOT_NEGATIVE, four);
    a.place(rest);
    a.add(COUNT, COUNT, ROWS);
    a.jumpIfZero(COUNT, done);
    a.place(one);
    products(1);
    a.add(ROW, ROW, ROW_STRIDE);
    a.add(OUT, OUT, Float.BYTES);
    a.subs(COUNT, COUNT, 1);
    a.jumpIf(Condition.NOT_ZERO, one);
    a.place(done);
    return writer.finish();
  }

  private void products(int rows) {
    for (int r = 0; r < rows; r++) {
      for (VectorRegister[] halves : sums[r]) {
        for (VectorRegister sum : halves) {
          writer.zero(sum);
        }
      }
    }
    spread(ROWS_AT, ROW, ROW_STRIDE, rows);
    spread(X_AT, X, X_STRIDE, x.length);
    a.mov(LEFT, STEPS_PER_ROW);
    columns(rows, STEPS);
    columns(rows, 1);
    a.mov(OUT_AT, OUT);
    for (int v = 0; v < x.length; v++) {
      for (int r = 0; r < rows; r++) {
        a.emit(Op.FADD, sums[r][v][0], sums[r][v][0], sums[r][v][1]);
      }
      VectorRegister first = sums[0][v][0];
      if (rows == ROWS) {
        VectorRegister third = sums[2][v][0];
        a.emit(Op.FADDP, first, first, sums[1][v][0]);
        a.emit(Op.FADDP, third, third, sums[3][v][0]);
        a.emit(Op.FADDP, first, first, third); // row by row
      } else {
        a.emit(Op.FADDP, first, first, first);
        a.emit(Op.FADDP, first, first, first);
      }
      a.store(rows == ROWS ? Width.Q : Width.S, Address.at(OUT_AT, 0), first);
      a.add(OUT_AT, OUT_AT, OUT_STRIDE);
    }
  }

  /** Points to each of so many places that lie a stride apart. */
  private void spread(Register[] into, Register from, Register stride, int count) {
    a.mov(into[0], from);
    for (int i = 1; i < count; i++) {
      a.add(into[i], into[i - 1], stride);
    }
  }

  /** So many steps of every row as often as there are; the count ends at what is left. */
  private void columns(int rows, int steps) {
    Label more = new Label();
    Label rest = new Label();
    a.subs(LEFT, LEFT, steps);
    a.jumpIf(Condition.NEGATIVE, rest);
    a.place(more);
    for (int step = 0; step < steps; step++) {
      columns(rows, step * RowFormat.STEP * Float.BYTES, step * RowFormat.STEP * format.bytes());
    }
    for (int r = 0; r < rows; r++) {
      a.add(ROWS_AT[r], ROWS_AT[r], steps * RowFormat.STEP * format.bytes());
    }
    for (int v = 0; v < x.length; v++) {
      a.add(X_AT[v], X_AT[v], steps * RowFormat.STEP * Float.BYTES);
    }
    a.subs(LEFT, LEFT, steps);
    a.jumpIf(Condition.NOT_NEGATIVE, more);
    a.place(rest);
    a.add(LEFT, LEFT, steps);
  }

  private void columns(int rows, int xAt, int rowAt) {
    for (int v = 0; v < x.length; v++) {
      CachedLoads.load(a, RowFormat.F32, x[v], X_AT[v], xAt);
    }
    for (int r = 0; r < rows; r++) {
      CachedLoads.load(a, format, row, ROWS_AT[r], rowAt);
      for (int v = 0; v < x.length; v++) {
        for (int half = 0; half < HALVES; half++) {
          a.emit(Op.FMLA, sums[r][v][half], row[half], x[v][half]);
        }
      }
    }
  }
}
