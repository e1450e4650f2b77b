package headroom.inference.kernel.assembled.arm;

import static headroom.inference.assembler.arm.Register.X0;
import static headroom.inference.assembler.arm.Register.X1;
import static headroom.inference.assembler.arm.Register.X10;
import static headroom.inference.assembler.arm.Register.X2;
import static headroom.inference.assembler.arm.Register.X3;
import static headroom.inference.assembler.arm.Register.X4;
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
import headroom.inference.kernel.assembled.PackedLayout;

/** Writes {@link Machine#pack}. */
final class PackingKernel {
  /** A block of zeros would otherwise divide by zero; what is smaller than this counts as zero. */
  private static final float SMALLEST = 1e-30f;

  /** Registers of a block of 32 floats. */
  private static final int PARTS = PackedLayout.BLOCK / KernelWriter.LANES;

  private static final Register INPUT = X0;

  /** Where the token's scale of the block goes, and its sums behind it. */
  private static final Register FLOATS = X1;

  private static final Register X = X2;
  private static final Register CONSTANTS = X3; // the offset that came in it is spent by then
  private static final Register BLOCKS = X4;
  private static final Register CODE = X9;
  private static final Register STEP = X10;

  private final KernelWriter writer = new KernelWriter();
  private final Assembler a = writer.assembler();
  private final InstructionSet set;
  private final int tokens;
  private final VectorRegister[] x = writer.registers(PARTS);
  private final VectorRegister[] q = writer.registers(PARTS);
  private final VectorRegister scale = writer.register();
  private final VectorRegister inverse = writer.register();
  private final VectorRegister most = writer.register();
  private final VectorRegister smallest = writer.register();
  private final VectorRegister perStep = writer.register();

  private PackingKernel(InstructionSet set, int tokens) {
    this.set = set;
    this.tokens = tokens;
  }

  static byte[] assemble(InstructionSet set, int tokens) {
    return new PackingKernel(set, tokens).assemble();
  }

  private byte[] assemble() {
    writer.begin();
    a.add(X, X, X3);
    writer.pointToConstants(CONSTANTS);
    writer.load(most, CONSTANTS, 127);
    writer.load(perStep, CONSTANTS, 1 / 127f);
    writer.load(smallest, CONSTANTS, SMALLEST);
    a.mov(STEP, set.columnsTogether() * tokens);
    Label block = new Label();
    a.place(block);
    for (int i = 0; i < PARTS; i++) {
      a.load(Width.Q, x[i], Address.at(X, i * VectorRegister.BYTES));
      a.emit(Op.FABS, q[i], x[i]);
    }
    largest();
    a.emit(Op.FMUL, scale, q[0], perStep);
    a.emit(Op.FDIV, inverse, most, q[0]);
    for (int i = 0; i < PARTS; i++) {
      a.emit(Op.FMUL, x[i], x[i], inverse);
      a.emit(Op.FCVTNS, q[i], x[i]);
    }
    a.store(Width.S, Address.at(FLOATS, 0), scale);
    sums();
    codes();
    a.add(X, X, PackedLayout.BLOCK * Float.BYTES);
    a.add(INPUT, INPUT, PackedLayout.BLOCK_BYTES * tokens);
    a.add(FLOATS, FLOATS, PackedLayout.BLOCK_BYTES * tokens);
    a.subs(BLOCKS, BLOCKS, 1);
    a.jumpIf(Condition.NOT_ZERO, block);
    return writer.finish();
  }

  private Address sum(int which) {
    int scale = PackedLayout.scaleAt(0, tokens);
    return Address.at(FLOATS, PackedLayout.sumAt(which, 0, tokens) - scale);
  }

  /** The largest of what is in q, in every lane of the first. */
  private void largest() {
    for (int step = PARTS / 2; step > 0; step /= 2) {
      for (int i = 0; i < step; i++) {
        a.emit(Op.FMAX, q[i], q[i], q[i + step]);
      }
    }
    a.emit(Op.FMAXV, q[0], q[0]);
    a.emit(Op.DUP, q[0], q[0].lane(0));
    a.emit(Op.FMAX, q[0], q[0], smallest);
  }

  /** Σq of columns 0-15 and 16-31 and both, times the scale. */
  private void sums() {
    for (int half = 0; half < 2; half++) {
      int first = half * PARTS / 2;
      a.emit(Op.ADD, x[first], q[first], q[first + 1]);
      a.emit(Op.ADD, x[first + 1], q[first + 2], q[first + 3]);
      a.emit(Op.ADD, x[first], x[first], x[first + 1]);
    }
    VectorRegister both = x[0];
    VectorRegister all = x[1];
    a.emit(Op.ADDP, both, x[0], x[PARTS / 2]); // [first, first, second, second]
    a.emit(Op.ADDP, both, both, both); // [first, second, first, second]
    a.emit(Op.ADDP, all, both, both);
    for (VectorRegister sum : new VectorRegister[] {both, all}) {
      a.emit(Op.SCVTF, sum, sum);
      a.emit(Op.FMUL, sum, sum, scale);
    }
    a.store(Width.S, sum(0), both);
    a.emit(Op.DUP, both, both.lane(1));
    a.store(Width.S, sum(1), both);
    a.store(Width.S, sum(2), all);
  }

  /** Narrows 32 numbers to bytes and stores those of this token that lie side by side. */
  private void codes() {
    a.mov(CODE, INPUT);
    for (int half = 0; half < 2; half++) {
      int first = half * PARTS / 2;
      VectorRegister sixteen = q[first];
      a.emit(Op.SQXTN_H, q[first], q[first]);
      a.emit(Op.SQXTN2_H, q[first], q[first + 1]);
      a.emit(Op.SQXTN_H, q[first + 2], q[first + 2]);
      a.emit(Op.SQXTN2_H, q[first + 2], q[first + 3]);
      a.emit(Op.SQXTN_B, sixteen, q[first]);
      a.emit(Op.SQXTN2_B, sixteen, q[first + 2]);
      if (set.columnsTogether() == PackedLayout.QUAD) {
        for (int lane = 0; lane < KernelWriter.LANES; lane++) {
          a.storeLane(CODE, sixteen.lane(lane), STEP);
        }
      } else {
        a.storeHalf(CODE, sixteen, false, STEP);
        a.storeHalf(CODE, sixteen, true, STEP);
      }
    }
  }
}
