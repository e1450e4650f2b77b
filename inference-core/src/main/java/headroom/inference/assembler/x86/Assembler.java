package headroom.inference.assembler.x86;

import headroom.inference.assembler.Label;

/** Instructions by name, in the order they are written; {@link MachineCode} encodes them. */
public final class Assembler extends MachineCode {
  // Vector instructions.

  /** dst = a op b. */
  public void emit(Op op, VectorRegister dst, VectorRegister a, Operand b) {
    require(op, Op.Form.THREE);
    vector(op, dst.width(), dst.number(), a.number(), b);
  }

  /** dst = op src; the width is that of dst. */
  public void emit(Op op, VectorRegister dst, Operand src) {
    require(op, Op.Form.TWO);
    vector(op, dst.width(), dst.number(), 0, src);
  }

  /** dst = src. */
  public void emit(Op op, Memory dst, VectorRegister src) {
    require(op, Op.Form.STORE);
    vector(op, src.width(), src.number(), 0, dst);
  }

  /** dst = the part of src that the number says. */
  public void emit(Op op, Operand dst, VectorRegister src, int part) {
    require(op, Op.Form.STORE);
    vector(op, src.width(), src.number(), 0, dst);
    put(part);
  }

  /** dst = op src, in the way that the byte says: an order, or a direction of rounding. */
  public void shuffle(Op op, VectorRegister dst, VectorRegister src, int order) {
    require(op, Op.Form.SHUFFLE);
    vector(op, dst.width(), dst.number(), 0, src);
    put(order);
  }

  /** dst = src shifted by so many bits. */
  public void shift(Op op, VectorRegister dst, VectorRegister src, int bits) {
    require(op, Op.Form.SHIFT);
    vector(op, dst.width(), op.digit, dst.number(), src);
    put(bits);
  }

  /** Leaves the upper halves of registers clean for what code with SSE comes after. */
  public void vzeroupper() {
    put(0xC5, 0xF8, 0x77);
  }

  private static void require(Op op, Op.Form form) {
    if (op.form != form) {
      throw new IllegalArgumentException(
          "%s has operands of the form %s; found %s".formatted(op, op.form, form));
    }
  }

  // General purpose instructions, on 64 bits.

  public void mov(Register dst, Register src) {
    general(src.number(), dst, 0x89);
  }

  /** dst = value, its sign extended. */
  public void mov(Register dst, int value) {
    general(0, dst, 0xC7);
    putInt(value);
  }

  /** The lower 32 bits at this place. */
  public void store32(Memory dst, Register src) {
    rex(0, src.number(), dst);
    put(0x89);
    memory(src.number(), dst);
  }

  /** The lower 16 bits at this place. */
  public void store16(Memory dst, Register src) {
    put(0x66);
    rex(0, src.number(), dst);
    put(0x89);
    memory(src.number(), dst);
  }

  /**
   * The lower 8 bits at this place; of registers that have such without a prefix, and later ones.
   */
  public void store8(Memory dst, Register src) {
    if (src.number() > 3 && src.number() < 8) {
      throw new IllegalArgumentException(
          "the lowest byte of %s is not stored here; wanted rax, rcx, rdx, rbx or r8 to r15"
              .formatted(src));
    }
    rex(0, src.number(), dst);
    put(0x88);
    memory(src.number(), dst);
  }

  /** The upper 32 bits are zero then. */
  public void load32(Register dst, Memory src) {
    rex(0, dst.number(), src);
    put(0x8B);
    memory(dst.number(), src);
  }

  public void load64(Register dst, Memory src) {
    rex(8, dst.number(), src);
    put(0x8B);
    memory(dst.number(), src);
  }

  public void lea(Register dst, Memory src) {
    rex(8, dst.number(), src);
    put(0x8D);
    memory(dst.number(), src);
  }

  /** dst = where the label lies. */
  public void lea(Register dst, Label label) {
    put(0x48 | dst.number() >> 3 << 2, 0x8D, (dst.number() & 7) << 3 | 5); // relative to rip
    distance(label);
  }

  public void add(Register dst, Register src) {
    general(src.number(), dst, 0x01);
  }

  public void add(Register dst, int value) {
    general(0, dst, 0x81);
    putInt(value);
  }

  public void sub(Register dst, Register src) {
    general(src.number(), dst, 0x29);
  }

  public void sub(Register dst, int value) {
    general(5, dst, 0x81);
    putInt(value);
  }

  /** dst = dst & value, its sign extended. */
  public void and(Register dst, int value) {
    general(4, dst, 0x81);
    putInt(value);
  }

  public void or(Register dst, Register src) {
    general(src.number(), dst, 0x09);
  }

  /** dst = dst shifted to the left, zeros coming in. */
  public void shiftLeft(Register dst, int bits) {
    general(4, dst, 0xC1);
    put(bits);
  }

  /** dst = dst shifted to the right, zeros coming in. */
  public void shiftRight(Register dst, int bits) {
    general(5, dst, 0xC1);
    put(bits);
  }

  /** dst = src * value. */
  public void imul(Register dst, Register src, int value) {
    general(dst.number(), src, 0x69);
    putInt(value);
  }

  public void xor(Register dst, Register src) {
    general(src.number(), dst, 0x31);
  }

  /** dst = dst ^ value, its sign extended. */
  public void xor(Register dst, int value) {
    general(6, dst, 0x81);
    putInt(value);
  }

  public void push(Register register) {
    stack(0x50, register);
  }

  public void pop(Register register) {
    stack(0x58, register);
  }

  private void stack(int opcode, Register register) {
    if (register.number() > 7) {
      put(0x41);
    }
    put(opcode | register.number() & 7);
  }

  public void ret() {
    put(0xC3);
  }

  /** eax and ecx in; eax, ebx, ecx and edx out. */
  public void cpuid() {
    put(0x0F, 0xA2);
  }

  /** ecx in; edx and eax out. */
  public void xgetbv() {
    put(0x0F, 0x01, 0xD0);
  }

  /** Asks for a cache line ahead of its use; any address is allowed. */
  public void prefetch(Memory line) {
    rex(0, 1, line);
    put(0x0F, 0x18);
    memory(1, line);
  }

  // Jumps.

  /** Jumps where the last add or sub did not end at zero. */
  public void jumpIfNotZero(Label label) {
    put(0x0F, 0x85);
    distance(label);
  }

  /** Jumps where the last add or sub ended at zero. */
  public void jumpIfZero(Label label) {
    put(0x0F, 0x84);
    distance(label);
  }

  /** Jumps where the last add or sub ended below zero. */
  public void jumpIfNegative(Label label) {
    put(0x0F, 0x88);
    distance(label);
  }

  /** Jumps where the last add or sub ended at zero or above. */
  public void jumpIfNotNegative(Label label) {
    put(0x0F, 0x89);
    distance(label);
  }

  public void jump(Label label) {
    put(0xE9);
    distance(label);
  }
}
