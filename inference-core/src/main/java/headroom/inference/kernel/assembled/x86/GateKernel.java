package headroom.inference.kernel.assembled.x86;

import static headroom.inference.assembler.x86.Register.R8;
import static headroom.inference.assembler.x86.Register.R9;
import static headroom.inference.assembler.x86.Register.RCX;
import static headroom.inference.assembler.x86.Register.RDI;
import static headroom.inference.assembler.x86.Register.RDX;
import static headroom.inference.assembler.x86.Register.RSI;

import headroom.inference.assembler.Label;
import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.kernel.assembled.Exponential;
import headroom.inference.kernel.assembled.Machine;

/** Writes {@link Machine#gate}: x σ(x) is x / (1 + e^-x). */
final class GateKernel {
  private GateKernel() {}

  static byte[] assemble() {
    KernelWriter writer = new KernelWriter(InstructionSet.AVX2);
    Assembler a = writer.assembler();
    VectorRegister x = writer.register();
    VectorRegister power = writer.register();
    VectorRegister zero = writer.register();
    VectorRegister highest = writer.register();
    ExponentialSteps exponential = new ExponentialSteps(writer, power);
    a.add(RSI, RDX);
    a.lea(RDI, Memory.at(RCX, R8, 1, 0));
    writer.loadConstants();
    exponential.begin();
    writer.zero(zero);
    a.emit(Op.VMOVUPS, highest, writer.floats(-Exponential.LOWEST));
    Label eight = new Label();
    a.place(eight);
    a.emit(Op.VMOVUPS, x, Memory.at(RDI, 0));
    a.emit(Op.VSUBPS, power, zero, x);
    a.emit(Op.VMINPS, power, highest, power); // of a NaN and a number this keeps the NaN
    exponential.write();
    a.emit(Op.VADDPS, power, power, writer.floats(1));
    a.emit(Op.VDIVPS, x, x, power);
    a.emit(Op.VMULPS, x, x, Memory.at(RSI, 0));
    a.emit(Op.VMOVUPS_STORE, Memory.at(RDI, 0), x);
    a.add(RDI, RowKernel.LANES * Float.BYTES);
    a.add(RSI, RowKernel.LANES * Float.BYTES);
    a.sub(R9, 1);
    a.jumpIfNotZero(eight);
    a.vzeroupper();
    a.ret();
    return writer.finish();
  }
}
