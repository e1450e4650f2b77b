package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.kernel.assembled.RowFormat;

/** Writes instructions that bring eight elements of a row as floats. */
final class RowLoads {
  private RowLoads() {}

  static void load(Assembler a, RowFormat format, VectorRegister into, Memory from) {
    switch (format) {
      case F32 -> a.emit(Op.VMOVUPS, into, from);
      case F16 -> a.emit(Op.VCVTPH2PS, into, from);
      case BF16 -> {
        a.emit(Op.VPMOVZXWD, into, from);
        a.shift(Op.VPSLLD, into, into, 16); // a bfloat16 is the upper half of a float
      }
    }
  }
}
