package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.assembler.x86.VectorWidth;
import headroom.inference.kernel.assembled.PackedLayout;

/** Writes what both ways of packing a block of 32 activations have in common. */
final class PackedCodes {
  /** A run of zeros would otherwise divide by zero; what is smaller than this counts as zero. */
  private static final float SMALLEST = 1e-30f;

  private final KernelWriter writer;
  private final Assembler a;
  private final int tokens;

  /**
   * @param tokens of the group
   */
  PackedCodes(KernelWriter writer, int tokens) {
    this.writer = writer;
    this.a = writer.assembler();
    this.tokens = tokens;
  }

  /** The scale that makes 127 of the largest, which is lost, and its inverse. */
  void scales(VectorRegister largest, VectorRegister scale, VectorRegister inverse) {
    a.emit(Op.VMAXPS, largest, largest, writer.floats(SMALLEST));
    a.emit(Op.VMULPS, scale, largest, writer.floats(1 / 127f));
    a.emit(Op.VMOVUPS, inverse, writer.floats(127));
    a.emit(Op.VDIVPS, inverse, inverse, largest);
  }

  /**
   * Σq in whole numbers: into[0] holds those of columns 0-15 and 16-31, one after the other, twice,
   * and into[1] that of both.
   */
  void sums(VectorRegister[] into, VectorRegister[] q) {
    a.emit(Op.VPADDD, into[0], q[0], q[1]);
    a.emit(Op.VPADDD, into[1], q[2], q[3]);
    a.emit(Op.VPHADDD, into[0], into[0], into[1]);
    a.emit(Op.VEXTRACTI128, into[1].as(VectorWidth.XMM), into[0], 1);
    VectorRegister four = into[0].as(VectorWidth.XMM); // [first, first, second, second]
    VectorRegister all = into[1].as(VectorWidth.XMM);
    a.emit(Op.VPADDD, four, four, all);
    a.emit(Op.VPHADDD, four, four, four); // [first, second, first, second]
    a.emit(Op.VPHADDD, all, four, four);
  }

  /** Narrows 32 numbers to bytes; packing works on halves of registers, which orders the quads. */
  void codes(VectorRegister[] q) {
    a.emit(Op.VPACKSSDW, q[0], q[0], q[1]);
    a.emit(Op.VPACKSSDW, q[2], q[2], q[3]);
    a.emit(Op.VPACKSSWB, q[0], q[0], q[2]); // quads 0 2 4 6 | 1 3 5 7
    a.emit(Op.VEXTRACTI128, q[1].as(VectorWidth.XMM), q[0], 1);
    for (int i = 0; i < 4; i++) {
      quad(2 * i, q[0], i);
      quad(2 * i + 1, q[1], i);
    }
  }

  private void quad(int quad, VectorRegister from, int lane) {
    Memory at = Memory.at(KernelWriter.CODES, PackedLayout.quadAt(quad, 0, tokens));
    a.emit(Op.VPEXTRD, at, from.as(VectorWidth.XMM), lane);
  }
}
