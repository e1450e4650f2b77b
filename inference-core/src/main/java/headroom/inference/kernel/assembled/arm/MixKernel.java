package headroom.inference.kernel.assembled.arm;

import static headroom.inference.assembler.arm.Register.X0;
import static headroom.inference.assembler.arm.Register.X1;
import static headroom.inference.assembler.arm.Register.X10;
import static headroom.inference.assembler.arm.Register.X11;
import static headroom.inference.assembler.arm.Register.X12;
import static headroom.inference.assembler.arm.Register.X13;
import static headroom.inference.assembler.arm.Register.X14;
import static headroom.inference.assembler.arm.Register.X15;
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
import headroom.inference.kernel.assembled.CachedFormat;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.PackedLayout;
import headroom.inference.kernel.assembled.RowFormat;
import headroom.inference.kernel.assembled.ScoreRow;

/**
 * Writes {@link Machine#mix}.
 *
 * <p>Half a block, sixteen elements, of four queries is summed in sixteen registers while cells go
 * by. Elements that are no whole block go by eight at a time.
 */
final class MixKernel {
  /** Steps of eight elements at once. */
  private static final int STEPS = 2;

  private static final int STEPS_PER_BLOCK = PackedLayout.BLOCK / RowFormat.STEP;
  private static final int HALVES = CachedLoads.HALVES;

  private static final Register VALUES = X0;
  private static final Register SCORES = X1;
  private static final Register CONSTANTS = X2; // the offset that came in it is spent by then
  private static final Register OUT = X3;
  private static final Register LEFT = X5;
  private static final Register VALUE_STRIDE = X6;
  private static final Register OUT_STRIDE = X7;
  private static final Register CELLS = X8;

  // What one pass over the cells moves on.
  private static final Register[] OUT_AT = {X9, X10, X11, X12};
  private static final Register VALUE = X13;
  private static final Register SCORE = X14;
  private static final Register CELL = X15;

  private final CachedFormat format;
  private final KernelWriter writer = new KernelWriter();
  private final Assembler a = writer.assembler();
  private final CachedLoads loads;
  private final VectorRegister scale = writer.register();
  private final VectorRegister minimum = writer.register();
  private final VectorRegister[] value = writer.registers(HALVES);
  private final VectorRegister[] shares;
  private final VectorRegister[][] sums; // [queries][STEPS * HALVES]

  private MixKernel(CachedFormat format, int queries) {
    this.format = format;
    loads = new CachedLoads(writer, format);
    shares = writer.registers(queries);
    sums = new VectorRegister[queries][];
    for (int q = 0; q < queries; q++) {
      sums[q] = writer.registers(STEPS * HALVES);
    }
  }

  static byte[] assemble(CachedFormat format, int queries) {
    return new MixKernel(format, queries).assemble();
  }

  private byte[] assemble() {
    writer.begin();
    a.load64(CELLS, Address.at(Register.SP, writer.stackArguments()));
    a.add(SCORES, SCORES, X2);
    a.add(OUT, OUT, X4);
    loads.prepare(CONSTANTS);
    Label block = new Label();
    Label rest = new Label();
    Label eight = new Label();
    Label done = new Label();
    a.subs(LEFT, LEFT, STEPS_PER_BLOCK);
    a.jumpIf(Condition.NEGATIVE, rest);
    a.place(block);
    for (int first = 0; first < STEPS_PER_BLOCK; first += STEPS) {
      mix(first, STEPS);
    }
    a.add(VALUES, VALUES, format.blockBytes());
    a.subs(LEFT, LEFT, STEPS_PER_BLOCK);
    a.jumpIf(Condition.NOT_NEGATIVE, block);
    a.place(rest);
    a.add(LEFT, LEFT, STEPS_PER_BLOCK);
    a.jumpIfZero(LEFT, done);
    if (!format.hasScale()) {
      a.place(eight);
      mix(0, 1);
      a.add(VALUES, VALUES, format.blockBytes() / STEPS_PER_BLOCK);
      a.subs(LEFT, LEFT, 1);
      a.jumpIf(Condition.NOT_ZERO, eight);
    }
    a.place(done);
    return writer.finish();
  }

  /** So many steps of a block's elements, from {@code first} on. */
  private void mix(int first, int steps) {
    a.mov(OUT_AT[0], OUT);
    for (int q = 1; q < shares.length; q++) {
      a.add(OUT_AT[q], OUT_AT[q - 1], OUT_STRIDE);
    }
    for (int q = 0; q < shares.length; q++) {
      share(q, SCORES, ScoreRow.at(ScoreRow.SHRINK));
      for (int i = 0; i < steps * HALVES; i++) {
        a.load(Width.Q, sums[q][i], out(q, i));
        a.emit(Op.FMUL_LANE, sums[q][i], sums[q][i], shares[q].lane(0));
      }
    }
    a.mov(VALUE, VALUES);
    a.mov(SCORE, SCORES);
    a.mov(CELL, CELLS);
    Label cells = new Label();
    a.place(cells);
    for (int q = 0; q < shares.length; q++) {
      share(q, SCORE, 0);
    }
    loads.scales(VALUE, scale, minimum);
    for (int step = 0; step < steps; step++) {
      loads.floats(VALUE, first + step, value, scale, minimum);
      for (int q = 0; q < shares.length; q++) {
        for (int half = 0; half < HALVES; half++) {
          a.emit(Op.FMLA_LANE, sums[q][step * HALVES + half], value[half], shares[q].lane(0));
        }
      }
    }
    a.add(VALUE, VALUE, VALUE_STRIDE);
    a.add(SCORE, SCORE, Float.BYTES);
    a.subs(CELL, CELL, 1);
    a.jumpIf(Condition.NOT_ZERO, cells);
    for (int q = 0; q < shares.length; q++) {
      for (int i = 0; i < steps * HALVES; i++) {
        a.store(Width.Q, out(q, i), sums[q][i]);
      }
    }
    a.add(OUT, OUT, steps * RowFormat.STEP * Float.BYTES);
  }

  /** A number of a query's row, in the lowest lane. */
  private void share(int query, Register row, int at) {
    a.load(Width.S, shares[query], Address.at(row, query * ScoreRow.BYTES + at));
  }

  private static Address out(int query, int register) {
    return Address.at(OUT_AT[query], register * VectorRegister.BYTES);
  }
}
