package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.Register;
import headroom.inference.assembler.x86.VectorRegister;

/**
 * Writes what {@link TileKernel} does with the floats that products of a tile add up to, a vector
 * for each token: they stay in registers where there are enough, else on the stack.
 */
final class TileResults {
  private final Assembler a;
  private final int tokens;
  private final int width;
  private final VectorRegister[] registers;

  /** Holds a result on its way to the stack and from there. */
  private final VectorRegister spare;

  TileResults(KernelWriter writer, int tokens, VectorRegister spare) {
    this.a = writer.assembler();
    this.tokens = tokens;
    this.width = writer.set().width().bytes();
    this.registers = writer.registersIfFree(tokens).orElse(new VectorRegister[0]);
    this.spare = spare;
  }

  private boolean inRegisters() {
    return registers.length > 0;
  }

  private Memory slot(int token) {
    return Memory.at(Register.RSP, token * width);
  }

  /** Room on the stack starts at a whole vector, so that no slot lies across two cache lines. */
  void clear() {
    if (inRegisters()) {
      for (VectorRegister register : registers) {
        a.emit(Op.VPXOR, register, register, register);
      }
      return;
    }
    a.push(Register.RBP);
    a.mov(Register.RBP, Register.RSP);
    a.sub(Register.RSP, tokens * width);
    a.and(Register.RSP, -width);
    a.emit(Op.VPXOR, spare, spare, spare);
    for (int t = 0; t < tokens; t++) {
      a.emit(Op.VMOVUPS_STORE, slot(t), spare);
    }
  }

  /** result += factor · sum, where it then is: in its register, or in that of the sum. */
  VectorRegister add(int token, VectorRegister factor, VectorRegister sum) {
    if (inRegisters()) {
      a.emit(Op.VFMADD231PS, registers[token], factor, sum);
      return registers[token];
    }
    a.emit(Op.VFMADD213PS, sum, factor, slot(token));
    return sum;
  }

  /** Puts a result back that {@link #add} brought. */
  void keep(int token, VectorRegister result) {
    if (!inRegisters()) {
      a.emit(Op.VMOVUPS_STORE, slot(token), result);
    }
  }

  /** Stores the results of all tokens, so many bytes apart, and gives the stack back. */
  void store(Register out, Register stride) {
    for (int t = 0; t < tokens; t++) {
      VectorRegister result = inRegisters() ? registers[t] : spare;
      if (!inRegisters()) {
        a.emit(Op.VMOVUPS, result, slot(t));
      }
      a.emit(Op.VMOVUPS_STORE, Memory.at(out, 0), result);
      a.add(out, stride);
    }
    if (!inRegisters()) {
      a.mov(Register.RSP, Register.RBP);
      a.pop(Register.RBP);
    }
  }
}
