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
import static headroom.inference.assembler.arm.Register.X2;
import static headroom.inference.assembler.arm.Register.X3;
import static headroom.inference.assembler.arm.Register.X4;
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
import headroom.inference.kernel.assembled.CachedFormat;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.PackedLayout;
import headroom.inference.kernel.assembled.RowFormat;
import headroom.inference.kernel.assembled.ScoreRow;

/**
 * Writes {@link Machine#score}, two cells at a time.
 *
 * <p>A key's block is made floats of in registers, once for all queries.
 */
final class ScoreKernel {
  private static final int CELLS = 2;
  private static final int HALVES = CachedLoads.HALVES;

  private static final Register KEYS = X0;
  private static final Register QUERIES = X1;
  private static final Register CONSTANTS = X2; // the offset that came in it is spent by then
  private static final Register SCORES = X3;
  private static final Register QUERY_STRIDE = X4; // likewise
  private static final Register BLOCKS = X5;
  private static final Register KEY_STRIDE = X6;
  private static final Register COUNT = X8;

  // What one pass over two keys moves on.
  private static final Register[] KEYS_AT = {X9, X10};
  private static final Register[] QUERIES_AT = {X11, X12, X13, X14};
  private static final Register LEFT = X15;
  private static final Register SPARE = X16;

  private final CachedFormat format;
  private final KernelWriter writer = new KernelWriter();
  private final Assembler a = writer.assembler();
  private final CachedLoads loads;
  private final VectorRegister[][][] sums = new VectorRegister[CELLS][][]; // [cell][query][HALVES]
  private final VectorRegister[][] keys = new VectorRegister[CELLS][]; // [cell][HALVES]
  private final VectorRegister[] scales = writer.registers(CELLS);
  private final VectorRegister[] minimums = writer.registers(CELLS);
  private final VectorRegister[] query = writer.registers(HALVES);

  private ScoreKernel(CachedFormat format, int queries) {
    this.format = format;
    loads = new CachedLoads(writer, format);
    for (int cell = 0; cell < CELLS; cell++) {
      keys[cell] = writer.registers(HALVES);
      sums[cell] = new VectorRegister[queries][];
      for (int q = 0; q < queries; q++) {
        sums[cell][q] = writer.registers(HALVES);
      }
    }
  }

  static byte[] assemble(CachedFormat format, int queries) {
    return new ScoreKernel(format, queries).assemble();
  }

  private byte[] assemble() {
    writer.begin();
    a.load64(COUNT, Address.at(Register.SP, writer.stackArguments()));
    a.add(QUERIES, QUERIES, X2);
    a.add(SCORES, SCORES, X4);
    loads.prepare(CONSTANTS);
    a.lsl(QUERY_STRIDE, BLOCKS, Integer.numberOfTrailingZeros(PackedLayout.BLOCK * Float.BYTES));

    Label two = new Label();
    Label rest = new Label();
    Label done = new Label();
    a.subs(COUNT, COUNT, CELLS);
    a.jumpIf(Condition.NEGATIVE, rest);
    a.place(two);
    score(CELLS);
    a.add(KEYS, KEYS, KEY_STRIDE, Integer.numberOfTrailingZeros(CELLS));
    a.add(SCORES, SCORES, CELLS * Float.BYTES);
    a.subs(COUNT, COUNT, CELLS);
    a.jumpIf(Condition.NOT_NEGATIVE, two);
    a.place(rest);
    a.add(COUNT, COUNT, CELLS);
    a.jumpIfZero(COUNT, done);
    score(1);
    a.place(done);
    return writer.finish();
  }

  private void score(int cells) {
    int queries = sums[0].length;
    for (int cell = 0; cell < cells; cell++) {
      for (VectorRegister[] halves : sums[cell]) {
        for (VectorRegister sum : halves) {
          writer.zero(sum);
        }
      }
    }
    a.mov(KEYS_AT[0], KEYS);
    a.add(KEYS_AT[1], KEYS, KEY_STRIDE);
    a.mov(QUERIES_AT[0], QUERIES);
    for (int q = 1; q < queries; q++) {
      a.add(QUERIES_AT[q], QUERIES_AT[q - 1], QUERY_STRIDE);
    }
    a.mov(LEFT, BLOCKS);
    Label block = new Label();
    a.place(block);
    products(cells);
    for (int cell = 0; cell < cells; cell++) {
      a.add(KEYS_AT[cell], KEYS_AT[cell], format.blockBytes());
    }
    for (int q = 0; q < queries; q++) {
      a.add(QUERIES_AT[q], QUERIES_AT[q], PackedLayout.BLOCK * Float.BYTES);
    }
    a.subs(LEFT, LEFT, 1);
    a.jumpIf(Condition.NOT_ZERO, block);
    store(cells);
  }

  /** One block of each cell with every query. */
  private void products(int cells) {
    for (int cell = 0; cell < cells; cell++) {
      loads.scales(KEYS_AT[cell], scales[cell], minimums[cell]);
    }
    for (int eight = 0; eight < PackedLayout.BLOCK / RowFormat.STEP; eight++) {
      for (int cell = 0; cell < cells; cell++) {
        loads.floats(KEYS_AT[cell], eight, keys[cell], scales[cell], minimums[cell]);
      }
      for (int q = 0; q < sums[0].length; q++) {
        int at = eight * RowFormat.STEP * Float.BYTES;
        CachedLoads.load(a, RowFormat.F32, query, QUERIES_AT[q], at);
        for (int cell = 0; cell < cells; cell++) {
          for (int half = 0; half < HALVES; half++) {
            a.emit(Op.FMLA, sums[cell][q][half], keys[cell][half], query[half]);
          }
        }
      }
    }
  }

  /** Sums of lanes: both cells of one query side by side. */
  private void store(int cells) {
    a.mov(SPARE, SCORES);
    for (int q = 0; q < sums[0].length; q++) {
      for (int cell = 0; cell < cells; cell++) {
        a.emit(Op.FADD, sums[cell][q][0], sums[cell][q][0], sums[cell][q][1]);
      }
      VectorRegister sum = sums[0][q][0];
      a.emit(Op.FADDP, sum, sum, sums[cells - 1][q][0]);
      a.emit(Op.FADDP, sum, sum, sum);
      a.store(cells == CELLS ? Width.D : Width.S, Address.at(SPARE, 0), sum);
      a.add(SPARE, SPARE, ScoreRow.BYTES);
    }
  }
}
