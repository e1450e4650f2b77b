package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.kernel.assembled.Exponential;

/** Writes instructions that make e^x of x ({@link Exponential}). */
final class ExponentialSteps {
  private final KernelWriter writer;
  private final Assembler a;
  private final VectorRegister x;
  private final VectorRegister power;
  private final VectorRegister polynomial;
  private final VectorRegister square;
  private final VectorRegister lowest;

  /** Takes four registers. */
  ExponentialSteps(KernelWriter writer, VectorRegister x) {
    this.writer = writer;
    this.a = writer.assembler();
    this.x = x;
    this.power = writer.register();
    this.polynomial = writer.register();
    this.square = writer.register();
    this.lowest = writer.register();
  }

  /** What is needed once. */
  void begin() {
    a.emit(Op.VMOVUPS, lowest, writer.floats(Exponential.LOWEST));
  }

  /** x = e^x, where x is at most {@code -LOWEST}. */
  void write() {
    a.emit(Op.VMAXPS, x, lowest, x); // of a NaN and a number this keeps the NaN
    a.emit(Op.VMULPS, power, x, writer.floats(Exponential.LOG2_E));
    a.shuffle(Op.VROUNDPS, power, power, 0);
    a.emit(Op.VFNMADD231PS, x, power, writer.floats(Exponential.LN2_HIGH));
    a.emit(Op.VFNMADD231PS, x, power, writer.floats(Exponential.LN2_LOW));
    a.emit(Op.VMOVUPS, polynomial, writer.floats(Exponential.term(0)));
    for (int i = 1; i < Exponential.TERMS; i++) {
      a.emit(Op.VFMADD213PS, polynomial, x, writer.floats(Exponential.term(i)));
    }
    a.emit(Op.VMULPS, square, x, x);
    a.emit(Op.VFMADD213PS, polynomial, square, x);
    a.emit(Op.VADDPS, polynomial, polynomial, writer.floats(1));
    a.emit(Op.VCVTPS2DQ, power, power);
    a.shift(Op.VPSLLD, power, power, 23); // the exponent's place in a float
    a.emit(Op.VPADDD, x, polynomial, power);
  }
}
