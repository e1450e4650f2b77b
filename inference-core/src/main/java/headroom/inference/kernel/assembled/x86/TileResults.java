package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.Register;
import headroom.inference.assembler.x86.VectorRegister;

/**
 * Writes what {@link TileKernel} does with the floats that products of a tile add up to, a vector
 * of rows for each token: they stay in registers where there are enough, else on the stack.
 */
final class TileResults {
  private final Assembler a;
  private final int tokens;
  private final int vectors;
  private final int width;
  private final VectorRegister[] registers;
  private final StackVectors stack;

  /** Holds a result on its way to the stack and from there. */
  private final VectorRegister spare;

  TileResults(KernelWriter writer, int vectors, int tokens, VectorRegister spare) {
    this.a = writer.assembler();
    this.tokens = tokens;
    this.vectors = vectors;
    this.width = writer.set().width().bytes();
    this.registers = writer.registersIfFree(vectors * tokens).orElse(new VectorRegister[0]);
    this.stack = new StackVectors(writer, vectors * tokens);
    this.spare = spare;
  }

  private boolean inRegisters() {
    return registers.length > 0;
  }

  private int index(int vector, int token) {
    return vector * tokens + token;
  }

  void clear() {
    for (VectorRegister register : registers) {
      a.emit(Op.VPXOR, register, register, register);
    }
    if (!inRegisters()) {
      stack.open();
      stack.clear(spare);
    }
  }

  /** result += factor · sum, where it then is: in its register, or in that of the sum. */
  VectorRegister add(int vector, int token, VectorRegister factor, VectorRegister sum) {
    int index = index(vector, token);
    if (inRegisters()) {
      a.emit(Op.VFMADD231PS, registers[index], factor, sum);
      return registers[index];
    }
    a.emit(Op.VFMADD213PS, sum, factor, stack.at(index));
    return sum;
  }

  /** Puts a result back that {@link #add} brought. */
  void keep(int vector, int token, VectorRegister result) {
    if (!inRegisters()) {
      stack.store(index(vector, token), result);
    }
  }

  /** Stores the results of all tokens, so many bytes apart, and gives the stack back. */
  void store(Register out, Register stride) {
    for (int t = 0; t < tokens; t++) {
      for (int v = 0; v < vectors; v++) {
        VectorRegister result = inRegisters() ? registers[index(v, t)] : spare;
        if (!inRegisters()) {
          a.emit(Op.VMOVUPS, result, stack.at(index(v, t)));
        }
        a.emit(Op.VMOVUPS_STORE, Memory.at(out, v * width), result);
      }
      a.add(out, stride);
    }
    if (!inRegisters()) {
      stack.close();
    }
  }
}
