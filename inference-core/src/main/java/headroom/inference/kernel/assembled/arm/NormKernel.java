package headroom.inference.kernel.assembled.arm;

import static headroom.inference.assembler.arm.Register.X0;
import static headroom.inference.assembler.arm.Register.X1;
import static headroom.inference.assembler.arm.Register.X10;
import static headroom.inference.assembler.arm.Register.X2;
import static headroom.inference.assembler.arm.Register.X3;
import static headroom.inference.assembler.arm.Register.X4;
import static headroom.inference.assembler.arm.Register.X5;
import static headroom.inference.assembler.arm.Register.X6;
import static headroom.inference.assembler.arm.Register.X7;
import static headroom.inference.assembler.arm.Register.X9;

import headroom.inference.assembler.arm.Assembler;
import headroom.inference.assembler.arm.Op;
import headroom.inference.assembler.arm.Register;
import headroom.inference.assembler.arm.VectorRegister;
import headroom.inference.kernel.assembled.Machine;

/** Writes {@link Machine#norm}: squares are added up in 16 sums. */
final class NormKernel {
  private static final int SUMS = 4;
  private static final Register X = X0;
  private static final Register WEIGHT = X2;
  private static final Register OUT = X4;
  private static final Register SIZE = X6;
  private static final Register EPSILON = X7;
  private static final Register SQUARED = X9;
  private static final Register LEFT = X10;
  private static final Register CONSTANTS = X1; // the offset that came in it is spent by then

  private NormKernel() {}

  static byte[] assemble() {
    KernelWriter writer = new KernelWriter();
    Assembler a = writer.assembler();
    VectorRegister[] sums = writer.registers(SUMS);
    VectorRegister x = writer.register();
    VectorRegister y = writer.register();
    VectorRegister scale = writer.register();
    writer.begin();
    a.add(X, X, X1);
    a.add(WEIGHT, WEIGHT, X3);
    a.add(OUT, OUT, X5);
    writer.pointToConstants(CONSTANTS);
    for (VectorRegister sum : sums) {
      writer.zero(sum);
    }
    a.mov(SQUARED, X);
    ElementLoop.over(a, SIZE, LEFT, SQUARED)
        .write(
            SUMS,
            now -> {
              now.load(x, SQUARED);
              a.emit(Op.FMLA, sums[now.vector()], x, x);
            });
    VectorRegister sum = sums[0];
    a.emit(Op.FADD, sum, sum, sums[1]);
    a.emit(Op.FADD, sums[2], sums[2], sums[3]);
    a.emit(Op.FADD, sum, sum, sums[2]);
    a.emit(Op.FADDP, sum, sum, sum);
    a.emit(Op.FADDP, sum, sum, sum);
    a.dup(x, SIZE);
    a.emit(Op.SCVTF, x, x);
    a.emit(Op.FDIV, sum, sum, x);
    a.dup(x, EPSILON);
    a.emit(Op.FADD, sum, sum, x);
    a.emit(Op.FSQRT, sum, sum);
    writer.load(scale, CONSTANTS, 1);
    a.emit(Op.FDIV, scale, scale, sum);
    ElementLoop.over(a, SIZE, LEFT, X, WEIGHT, OUT)
        .write(
            1,
            now -> {
              now.load(x, X);
              now.load(y, WEIGHT);
              a.emit(Op.FMUL, x, x, scale);
              a.emit(Op.FMUL, x, x, y);
              now.store(OUT, x);
            });
    return writer.finish();
  }
}
