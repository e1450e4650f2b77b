package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.Register;
import headroom.inference.assembler.x86.VectorRegister;

/** Vectors that registers have no room for: on the stack, none of them across two cache lines. */
final class StackVectors {
  private final Assembler a;
  private final int width;
  private final int count;

  StackVectors(KernelWriter writer, int count) {
    this.a = writer.assembler();
    this.width = writer.set().width().bytes();
    this.count = count;
  }

  /** Takes the room. */
  void open() {
    a.push(Register.RBP);
    a.mov(Register.RBP, Register.RSP);
    a.sub(Register.RSP, count * width);
    a.and(Register.RSP, -width);
  }

  /** Sets all of them to zero, and the register too. */
  void clear(VectorRegister zero) {
    a.emit(Op.VPXOR, zero, zero, zero);
    for (int i = 0; i < count; i++) {
      store(i, zero);
    }
  }

  Memory at(int index) {
    return at(index, 0);
  }

  /** So many bytes from where a vector starts. */
  Memory at(int index, int bytes) {
    return Memory.at(Register.RSP, index * width + bytes);
  }

  void store(int index, VectorRegister vector) {
    a.emit(Op.VMOVUPS_STORE, at(index), vector);
  }

  /** Gives the room back. */
  void close() {
    a.mov(Register.RSP, Register.RBP);
    a.pop(Register.RBP);
  }
}
