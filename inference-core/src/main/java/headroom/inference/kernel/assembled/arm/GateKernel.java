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
import headroom.inference.kernel.assembled.Exponential;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.RowFormat;

/** Writes {@link Machine#gate}: x σ(x) is x / (1 + e^-x). */
final class GateKernel {
  private static final Register CONSTANTS = X0; // the first argument is not used
  private static final Register UP = X1;
  private static final Register X = X3;
  private static final Register BLOCKS = X5;
  private static final Register LEFT = X9;

  private GateKernel() {}

  static byte[] assemble() {
    KernelWriter writer = new KernelWriter();
    Assembler a = writer.assembler();
    VectorRegister x = writer.register();
    VectorRegister up = writer.register();
    VectorRegister power = writer.register();
    VectorRegister highest = writer.register();
    ExponentialSteps exponential = new ExponentialSteps(writer, power);
    writer.begin();
    a.add(UP, UP, X2);
    a.add(X, X, X4);
    writer.pointToConstants(CONSTANTS);
    exponential.begin(CONSTANTS);
    writer.load(highest, CONSTANTS, -Exponential.LOWEST);
    a.lsl(LEFT, BLOCKS, Integer.numberOfTrailingZeros(RowFormat.STEP / KernelWriter.LANES));
    Label four = new Label();
    a.place(four);
    a.load(Width.Q, x, Address.at(X, 0));
    a.load(Width.Q, up, Address.at(UP, 0));
    a.emit(Op.FNEG, power, x);
    a.emit(Op.FMIN, power, power, highest); // of a NaN and a number this is the NaN
    exponential.write();
    a.emit(Op.FADD, power, power, exponential.one());
    a.emit(Op.FDIV, x, x, power);
    a.emit(Op.FMUL, x, x, up);
    a.store(Width.Q, Address.at(X, 0), x);
    a.add(X, X, VectorRegister.BYTES);
    a.add(UP, UP, VectorRegister.BYTES);
    a.subs(LEFT, LEFT, 1);
    a.jumpIf(Condition.NOT_ZERO, four);
    return writer.finish();
  }
}
