package headroom.inference.kernel.assembled.x86;

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
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.kernel.assembled.Machine;

/** Writes {@link Machine#addScaled}. */
final class AddKernel {
  /** Vectors at a time: more gain nothing, for memory is what it waits for. */
  private static final int VECTORS = 2;

  private AddKernel() {}

  static byte[] assemble() {
    KernelWriter writer = new KernelWriter(InstructionSet.AVX2);
    Assembler a = writer.assembler();
    VectorRegister scale = writer.register();
    VectorRegister x = writer.register();
    VectorRegister delta = writer.register();
    a.add(RDI, RSI);
    a.add(RDX, RCX);
    a.load64(R8, Memory.at(RSP, Long.BYTES)); // past the return address
    a.emit(Op.VBROADCASTSS, scale, Memory.at(RSP, 2 * Long.BYTES));
    new ElementLoop(a, R8, RAX, R9)
        .write(
            VECTORS,
            now -> {
              now.load(x, now.at(RDI));
              now.load(delta, now.at(RDX));
              now.emit(Op.VFMADD231PS, x, delta, scale);
              now.store(now.at(RDI), x);
            });
    a.vzeroupper();
    a.ret();
    return writer.finish();
  }
}
