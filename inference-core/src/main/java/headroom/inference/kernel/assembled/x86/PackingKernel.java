package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.Label;
import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.Register;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.assembler.x86.VectorWidth;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.PackedLayout;
import headroom.inference.kernel.assembled.Packing;

/** Writes {@link Machine#pack} for {@link Packing#BLOCKS}. */
final class PackingKernel {
  private final KernelWriter writer = new KernelWriter(InstructionSet.AVX2);
  private final Assembler a = writer.assembler();
  private final PackedCodes packed;
  private final int tokens;

  private PackingKernel(int tokens) {
    this.tokens = tokens;
    this.packed = new PackedCodes(writer, tokens);
  }

  /**
   * The machine code.
   *
   * @param tokens of the group; the function's input points to the token's first quad
   */
  static byte[] assemble(int tokens) {
    return new PackingKernel(tokens).assemble();
  }

  private byte[] assemble() {
    VectorRegister[] x = registers();
    VectorRegister[] q = registers();
    VectorRegister scale = writer.register();
    VectorRegister inverse = writer.register();
    VectorRegister signs = writer.register();

    a.add(KernelWriter.OUT, Register.RCX);
    writer.loadConstants();
    a.emit(Op.VMOVDQU, signs, writer.constant(0x7FFFFFFF));
    Label block = new Label();
    a.place(block);
    for (int i = 0; i < 4; i++) {
      a.emit(Op.VMOVUPS, x[i], Memory.at(KernelWriter.OUT, 32 * i));
      a.emit(Op.VPAND, q[i], x[i], signs);
    }
    a.emit(Op.VMAXPS, q[0], q[0], q[1]);
    a.emit(Op.VMAXPS, q[2], q[2], q[3]);
    a.emit(Op.VMAXPS, q[0], q[0], q[2]);
    writer.spreadLargest(q[0], q[1]);
    packed.scales(q[0], scale, inverse);
    for (int i = 0; i < 4; i++) {
      a.emit(Op.VMULPS, x[i], x[i], inverse);
      a.emit(Op.VCVTPS2DQ, q[i], x[i]);
    }
    sums(x, q, scale);
    packed.codes(q);
    VectorRegister one = scale.as(VectorWidth.XMM);
    a.emit(Op.VMOVSS_STORE, at(PackedLayout.scaleAt(0, tokens)), one);
    a.add(KernelWriter.OUT, PackedLayout.BLOCK * Float.BYTES);
    a.add(KernelWriter.CODES, PackedLayout.BLOCK_BYTES * tokens);
    a.sub(KernelWriter.COUNT, 1);
    a.jumpIfNotZero(block);
    a.vzeroupper();
    a.ret();
    return writer.finish();
  }

  private VectorRegister[] registers() {
    return writer.registersIfFree(4).orElseThrow();
  }

  private static Memory at(int displacement) {
    return Memory.at(KernelWriter.CODES, displacement);
  }

  /** Σq of columns 0-15 and 16-31 and both, times the scale. */
  private void sums(VectorRegister[] spare, VectorRegister[] q, VectorRegister scale) {
    packed.sums(spare, q);
    VectorRegister four = spare[0].as(VectorWidth.XMM);
    VectorRegister all = spare[1].as(VectorWidth.XMM);
    VectorRegister factor = scale.as(VectorWidth.XMM);
    for (VectorRegister v : new VectorRegister[] {four, all}) {
      a.emit(Op.VCVTDQ2PS, v, v);
      a.emit(Op.VMULPS, v, v, factor);
    }
    a.emit(Op.VMOVD_STORE, at(PackedLayout.sumAt(0, 0, tokens)), four);
    a.emit(Op.VPEXTRD, at(PackedLayout.sumAt(1, 0, tokens)), four, 1);
    a.emit(Op.VMOVD_STORE, at(PackedLayout.sumAt(2, 0, tokens)), all);
  }
}
