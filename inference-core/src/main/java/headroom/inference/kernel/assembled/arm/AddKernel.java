package headroom.inference.kernel.assembled.arm;

import static headroom.inference.assembler.arm.Register.X0;
import static headroom.inference.assembler.arm.Register.X1;
import static headroom.inference.assembler.arm.Register.X2;
import static headroom.inference.assembler.arm.Register.X3;
import static headroom.inference.assembler.arm.Register.X6;
import static headroom.inference.assembler.arm.Register.X7;
import static headroom.inference.assembler.arm.Register.X9;

import headroom.inference.assembler.arm.Assembler;
import headroom.inference.assembler.arm.Op;
import headroom.inference.assembler.arm.VectorRegister;
import headroom.inference.kernel.assembled.Machine;

/** Writes {@link Machine#addScaled}. */
final class AddKernel {
  private static final int VECTORS = 2;

  private AddKernel() {}

  static byte[] assemble() {
    KernelWriter writer = new KernelWriter();
    Assembler a = writer.assembler();
    VectorRegister scale = writer.register();
    VectorRegister x = writer.register();
    VectorRegister delta = writer.register();
    writer.begin();
    a.add(X0, X0, X1);
    a.add(X2, X2, X3);
    a.dup(scale, X7);
    ElementLoop.over(a, X6, X9, X0, X2)
        .write(
            VECTORS,
            now -> {
              now.load(x, X0);
              now.load(delta, X2);
              a.emit(Op.FMLA, x, delta, scale);
              now.store(X0, x);
            });
    return writer.finish();
  }
}
