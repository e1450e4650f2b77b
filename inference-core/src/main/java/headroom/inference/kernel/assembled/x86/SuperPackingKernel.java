package headroom.inference.kernel.assembled.x86;

import static headroom.inference.kernel.assembled.x86.KernelWriter.CODES;
import static headroom.inference.kernel.assembled.x86.KernelWriter.COUNT;
import static headroom.inference.kernel.assembled.x86.KernelWriter.INNER;
import static headroom.inference.kernel.assembled.x86.KernelWriter.OUT;

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
import headroom.inference.kernel.assembled.SuperLayout;
import headroom.inference.kernel.assembled.TileScales;

/** Writes {@link Machine#pack} for {@link Packing#SUPERS}. */
final class SuperPackingKernel {
  private static final int VECTORS = SuperLayout.COLUMNS / 8;

  /** Where the sums of halves of the next block go, and those of the next two blocks. */
  private static final Register HALVES = Register.RSI;

  private static final Register WHOLES = Register.RAX;

  private final KernelWriter writer = new KernelWriter(InstructionSet.AVX2);
  private final Assembler a = writer.assembler();
  private final PackedCodes packed;
  private final int tokens;

  private final VectorRegister[] x = registers();
  private final VectorRegister[] q = registers();
  private final VectorRegister scale = writer.register();
  private final VectorRegister inverse = writer.register();
  private final VectorRegister signs = writer.register();
  private final VectorRegister first = writer.register();

  private SuperPackingKernel(int tokens) {
    this.tokens = tokens;
    this.packed = new PackedCodes(writer, tokens);
  }

  /**
   * The machine code.
   *
   * @param tokens of the group; the function's input points to the token's first quad
   */
  static byte[] assemble(int tokens) {
    return new SuperPackingKernel(tokens).assemble();
  }

  private VectorRegister[] registers() {
    return writer.registersIfFree(4).orElseThrow();
  }

  private byte[] assemble() {
    a.add(OUT, Register.RCX);
    writer.loadConstants();
    a.emit(Op.VMOVDQU, signs, writer.constant(0x7FFFFFFF));
    Label superBlock = new Label();
    Label blocks = new Label();
    a.place(superBlock);
    findScale();
    a.lea(HALVES, Memory.at(CODES, SuperLayout.COLUMNS * tokens));
    a.lea(WHOLES, Memory.at(HALVES, SuperLayout.wholesAt(0, 0, tokens)));
    a.mov(INNER, TileScales.BLOCKS_PER_SUPER / 2);
    a.place(blocks);
    block();
    a.emit(Op.VPAND, first, x[1], writer.constant(0xFFFF));
    block();
    a.shift(Op.VPSLLD, x[1], x[1], Short.SIZE);
    a.emit(Op.VPOR, first, first, x[1]);
    a.emit(Op.VMOVD_STORE, Memory.at(WHOLES, 0), first.as(VectorWidth.XMM));
    a.add(WHOLES, SuperLayout.wholesAt(1, 0, tokens) - SuperLayout.wholesAt(0, 0, tokens));
    a.sub(INNER, 1);
    a.jumpIfNotZero(blocks);
    Memory scaleAt = Memory.at(CODES, SuperLayout.scaleAt(0, tokens));
    a.emit(Op.VMOVSS_STORE, scaleAt, scale.as(VectorWidth.XMM));
    a.add(CODES, SuperLayout.REST_BYTES * tokens);
    a.sub(COUNT, TileScales.BLOCKS_PER_SUPER);
    a.jumpIfNotZero(superBlock);
    a.vzeroupper();
    a.ret();
    return writer.finish();
  }

  /** scale = max|x| / 127, and its inverse. */
  private void findScale() {
    for (int i = 0; i < VECTORS; i++) {
      VectorRegister largest = q[i % q.length];
      VectorRegister into = i < q.length ? largest : x[0];
      a.emit(Op.VPAND, into, signs, Memory.at(OUT, 32 * i));
      if (into != largest) {
        a.emit(Op.VMAXPS, largest, largest, into);
      }
    }
    a.emit(Op.VMAXPS, q[0], q[0], q[1]);
    a.emit(Op.VMAXPS, q[2], q[2], q[3]);
    a.emit(Op.VMAXPS, q[0], q[0], q[2]);
    writer.spreadLargest(q[0], q[1]);
    packed.scales(q[0], scale, inverse);
  }

  /** Codes of 32 columns and the sums of their halves; leaves the sum of both in x[1]. */
  private void block() {
    for (int i = 0; i < q.length; i++) {
      a.emit(Op.VMULPS, x[i], inverse, Memory.at(OUT, 32 * i));
      a.emit(Op.VCVTPS2DQ, q[i], x[i]);
    }
    packed.sums(x, q);
    VectorRegister pair = x[0].as(VectorWidth.XMM);
    a.emit(Op.VPACKSSDW, pair, pair, pair);
    a.emit(Op.VMOVD_STORE, Memory.at(HALVES, 0), pair);
    packed.codes(q);
    a.add(OUT, PackedLayout.BLOCK * Float.BYTES);
    a.add(CODES, PackedLayout.BLOCK * tokens);
    a.add(HALVES, SuperLayout.halvesAt(1, 0, tokens));
  }
}
