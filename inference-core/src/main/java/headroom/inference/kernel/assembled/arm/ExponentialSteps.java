package headroom.inference.kernel.assembled.arm;

import headroom.inference.assembler.arm.Assembler;
import headroom.inference.assembler.arm.Op;
import headroom.inference.assembler.arm.Register;
import headroom.inference.assembler.arm.VectorRegister;
import headroom.inference.kernel.assembled.Exponential;

/** Writes instructions that make e^x of x ({@link Exponential}); constants stay in registers. */
final class ExponentialSteps {
  private final KernelWriter writer;
  private final Assembler a;
  private final VectorRegister x;
  private final VectorRegister power;
  private final VectorRegister square;
  private final VectorRegister[] polynomial;

  private final VectorRegister lowest;
  private final VectorRegister one;
  private final VectorRegister log2e;
  private final VectorRegister ln2High;
  private final VectorRegister ln2Low;
  private final VectorRegister[] terms;

  ExponentialSteps(KernelWriter writer, VectorRegister x) {
    this.writer = writer;
    this.a = writer.assembler();
    this.x = x;
    power = writer.register();
    square = writer.register();
    polynomial = writer.registers(2);
    lowest = writer.register();
    one = writer.register();
    log2e = writer.register();
    ln2High = writer.register();
    ln2Low = writer.register();
    terms = writer.registers(Exponential.TERMS);
  }

  /** What is needed once, from the constants that {@code base} points to. */
  void begin(Register base) {
    writer.load(lowest, base, Exponential.LOWEST);
    writer.load(one, base, 1);
    writer.load(log2e, base, Exponential.LOG2_E);
    writer.load(ln2High, base, Exponential.LN2_HIGH);
    writer.load(ln2Low, base, Exponential.LN2_LOW);
    for (int i = 0; i < terms.length; i++) {
      writer.load(terms[i], base, Exponential.term(i));
    }
  }

  /** A one in every lane. */
  VectorRegister one() {
    return one;
  }

  /** x = e^x, where x is at most {@code -LOWEST}. */
  void write() {
    a.emit(Op.FMAX, x, x, lowest); // of a NaN and a number this is the NaN
    a.emit(Op.FMUL, power, x, log2e);
    a.emit(Op.FRINTN, power, power);
    a.emit(Op.FMLS, x, power, ln2High);
    a.emit(Op.FMLS, x, power, ln2Low);
    VectorRegister sofar = terms[0];
    for (int i = 1; i < terms.length; i++) {
      VectorRegister next = polynomial[i % 2];
      writer.move(next, terms[i]);
      a.emit(Op.FMLA, next, sofar, x);
      sofar = next;
    }
    a.emit(Op.FMUL, square, x, x);
    a.emit(Op.FMLA, x, sofar, square);
    a.emit(Op.FADD, x, x, one);
    a.emit(Op.FCVTNS, power, power);
    a.emit(Op.SHL, power, power, 23); // the exponent's place in a float
    a.emit(Op.ADD, x, x, power);
  }
}
