package headroom.inference.kernel.assembled.x86;

import static headroom.inference.assembler.x86.Register.R10;
import static headroom.inference.assembler.x86.Register.R8;
import static headroom.inference.assembler.x86.Register.R9;
import static headroom.inference.assembler.x86.Register.RAX;
import static headroom.inference.assembler.x86.Register.RCX;
import static headroom.inference.assembler.x86.Register.RDI;
import static headroom.inference.assembler.x86.Register.RDX;
import static headroom.inference.assembler.x86.Register.RSI;
import static headroom.inference.assembler.x86.Register.RSP;

import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.Register;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.assembler.x86.VectorWidth;
import headroom.inference.kernel.assembled.Machine;

/** Writes {@link Machine#norm}: squares are added up in 32 sums. */
final class NormKernel {
  private static final int SUMS = 4;
  private static final Register X = RDI;
  private static final Register WEIGHT = RDX;
  private static final Register OUT = R8;
  private static final Register SIZE = R9;
  private static final Memory SIZE_ARGUMENT = Memory.at(RSP, Long.BYTES); // past the return address
  private static final Memory EPSILON = Memory.at(RSP, 2 * Long.BYTES);

  private NormKernel() {}

  static byte[] assemble() {
    KernelWriter writer = new KernelWriter(InstructionSet.AVX2);
    Assembler a = writer.assembler();
    VectorRegister[] sums = writer.registersIfFree(SUMS).orElseThrow();
    VectorRegister rest = writer.register(); // of single elements, which clear the other lanes
    VectorRegister x = writer.register();
    VectorRegister y = writer.register();
    a.add(X, RSI);
    a.add(WEIGHT, RCX);
    a.add(OUT, R9);
    a.load64(SIZE, SIZE_ARGUMENT);
    writer.loadConstants();
    for (VectorRegister sum : sums) {
      writer.zero(sum);
    }
    writer.zero(rest);
    ElementLoop loop = new ElementLoop(a, SIZE, RAX, R10);
    loop.write(
        SUMS,
        now -> {
          now.load(x, now.at(X));
          now.emit(Op.VFMADD231PS, now.alone() ? rest : sums[now.vector()], x, x);
        });
    VectorRegister scale = sums[0];
    a.emit(Op.VADDPS, scale, scale, sums[1]);
    a.emit(Op.VADDPS, sums[2], sums[2], sums[3]);
    a.emit(Op.VADDPS, scale, scale, sums[2]);
    a.emit(Op.VADDPS, scale, scale, rest);
    writer.sumLanes(scale, x);
    a.emit(Op.VBROADCASTSS, scale, scale.as(VectorWidth.XMM));
    a.emit(Op.VPBROADCASTD, x, SIZE_ARGUMENT);
    a.emit(Op.VCVTDQ2PS, x, x);
    a.emit(Op.VDIVPS, scale, scale, x);
    a.emit(Op.VBROADCASTSS, x, EPSILON);
    a.emit(Op.VADDPS, scale, scale, x);
    a.emit(Op.VSQRTPS, x, scale);
    a.emit(Op.VMOVUPS, scale, writer.floats(1));
    a.emit(Op.VDIVPS, scale, scale, x);
    loop.write(
        1,
        now -> {
          now.load(x, now.at(X));
          now.load(y, now.at(WEIGHT));
          now.emit(Op.VMULPS, x, x, scale);
          now.emit(Op.VMULPS, x, x, y);
          now.store(now.at(OUT), x);
        });
    a.vzeroupper();
    a.ret();
    return writer.finish();
  }
}
