package headroom.inference.kernel.assembled.arm;

import headroom.inference.assembler.arm.Address;
import headroom.inference.assembler.arm.Assembler;
import headroom.inference.assembler.arm.Op;
import headroom.inference.assembler.arm.Register;
import headroom.inference.assembler.arm.VectorRegister;
import headroom.inference.assembler.arm.Width;
import headroom.inference.kernel.assembled.RowFormat;

/** Writes instructions that bring eight elements of a row as floats, four in each register. */
final class RowLoads {
  private RowLoads() {}

  static void load(
      Assembler a, RowFormat format, VectorRegister[] into, Register base, int offset) {
    VectorRegister lower = into[0];
    VectorRegister upper = into[1];
    switch (format) {
      case F32 -> {
        a.load(Width.Q, lower, Address.at(base, offset));
        a.load(Width.Q, upper, Address.at(base, offset + VectorRegister.BYTES));
      }
      case F16 -> {
        a.load(Width.Q, lower, Address.at(base, offset));
        a.emit(Op.FCVTL2, upper, lower);
        a.emit(Op.FCVTL, lower, lower);
      }
      case BF16 -> { // the upper half of a float
        a.load(Width.Q, lower, Address.at(base, offset));
        a.emit(Op.SHLL2, upper, lower);
        a.emit(Op.SHLL, lower, lower);
      }
    }
  }
}
