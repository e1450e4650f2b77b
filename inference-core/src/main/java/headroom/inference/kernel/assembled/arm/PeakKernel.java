package headroom.inference.kernel.assembled.arm;

import static headroom.inference.assembler.arm.Register.X4;

import headroom.inference.assembler.Label;
import headroom.inference.assembler.arm.Assembler;
import headroom.inference.assembler.arm.Condition;
import headroom.inference.assembler.arm.Op;
import headroom.inference.assembler.arm.VectorRegister;
import headroom.inference.kernel.assembled.Machine.Peak;

/** Writes {@link Peak} loops. */
final class PeakKernel {
  /**
   * Sums in flight: an addition takes four cycles and four begin in one, as on Neoverse V1 (Arm
   * Neoverse V1 Software Optimization Guide).
   */
  private static final int SUMS = 16;

  private PeakKernel() {}

  /** Of the instruction that {@link TileKernel} has for several tokens. */
  static Peak bytes(InstructionSet set) {
    boolean matrix = set == InstructionSet.I8MM;
    // Each lane of a result is four products of bytes, or eight.
    int perLane = matrix ? 8 : 4;
    byte[] code = loop(matrix ? Op.SMMLA : Op.SDOT);
    return new Peak(code, (long) SUMS * KernelWriter.LANES * perLane);
  }

  static Peak floats() {
    return new Peak(loop(Op.FMLA), (long) SUMS * KernelWriter.LANES);
  }

  private static byte[] loop(Op op) {
    KernelWriter writer = new KernelWriter();
    Assembler a = writer.assembler();
    VectorRegister[] sums = writer.registers(SUMS);
    VectorRegister x = writer.register();
    VectorRegister y = writer.register();
    writer.begin();
    for (VectorRegister sum : sums) {
      writer.zero(sum);
    }
    writer.zero(x);
    writer.zero(y);
    Label round = new Label();
    a.place(round);
    for (VectorRegister sum : sums) {
      a.emit(op, sum, x, y);
    }
    a.subs(X4, X4, 1);
    a.jumpIf(Condition.NOT_ZERO, round);
    return writer.finish();
  }
}
