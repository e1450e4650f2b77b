package headroom.inference.assembler.x86;

import headroom.inference.assembler.Label;
import java.util.Arrays;

/**
 * Instructions to bytes, in the order they are written. Vector instructions take the VEX encoding
 * where it can say what is wanted, and EVEX where it cannot: 64-byte registers, registers from 16
 * on, and broadcasts from memory (Intel SDM volume 2, sections 2.3 and 2.7).
 */
public final class Assembler {
  private byte[] code = new byte[1024];
  private int size;

  /** The instructions so far; every label that was jumped to must have its place. */
  public byte[] bytes() {
    return Arrays.copyOf(code, size);
  }

  public int size() {
    return size;
  }

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

  /**
   * @param reg the register (or digit) in ModRM.reg
   * @param other the register in vvvv, 0 where there is none
   */
  private void vector(Op op, VectorWidth width, int reg, int other, Operand rm) {
    boolean broadcast = rm instanceof Memory memory && memory.broadcast();
    boolean high = rm instanceof VectorRegister register && register.number() > 15;
    boolean evex = width == VectorWidth.ZMM || reg > 15 || other > 15 || high || broadcast;
    if (evex) {
      if (op.reach == Op.Reach.VEX) {
        throw new IllegalArgumentException(
            "%s has no EVEX encoding, which 64 bytes, registers from 16 on and broadcasts need"
                .formatted(op));
      }
      evex(op, width, reg, other, rm, broadcast);
    } else {
      vex(op, width, reg, other, rm);
    }
    put(op.opcode);
    switch (rm) {
      case VectorRegister register -> put(0xC0 | (reg & 7) << 3 | register.number() & 7);
      // EVEX scales short displacements by the operand's size; here they take four bytes there.
      case Memory memory -> memory(reg, memory, !evex);
    }
  }

  /** Register numbers are stored inverted in both encodings. */
  private void vex(Op op, VectorWidth width, int reg, int other, Operand rm) {
    int r = ~reg >> 3 & 1;
    int x = ~indexNumber(rm) >> 3 & 1;
    int b = ~baseNumber(rm) >> 3 & 1;
    int tail = (~other & 15) << 3 | width.code() << 2 | op.prefixCode();
    if (x == 1 && b == 1 && op.map == 0x0F) {
      put(0xC5, r << 7 | tail);
    } else {
      put(0xC4, r << 7 | x << 6 | b << 5 | op.mapCode(), tail);
    }
  }

  private void evex(Op op, VectorWidth width, int reg, int other, Operand rm, boolean broadcast) {
    int r = ~reg >> 3 & 1;
    int r2 = ~reg >> 4 & 1;
    // A register in r/m has its fifth bit where a memory operand has its index.
    int x = (rm instanceof VectorRegister v ? ~v.number() >> 4 : ~indexNumber(rm) >> 3) & 1;
    int b = ~baseNumber(rm) >> 3 & 1;
    int v2 = ~other >> 4 & 1;
    put(0x62);
    put(r << 7 | x << 6 | b << 5 | r2 << 4 | op.mapCode());
    put((~other & 15) << 3 | 1 << 2 | op.prefixCode());
    put(width.code() << 5 | (broadcast ? 1 << 4 : 0) | v2 << 3);
  }

  private static int baseNumber(Operand rm) {
    return switch (rm) {
      case VectorRegister register -> register.number();
      case Memory memory -> memory.base().number();
    };
  }

  private static int indexNumber(Operand rm) {
    return rm instanceof Memory memory && memory.index() != null ? memory.index().number() : 0;
  }

  private void memory(int reg, Memory m) {
    memory(reg, m, true);
  }

  /** ModRM, SIB and displacement. */
  private void memory(int reg, Memory m, boolean shortDisplacement) {
    int base = m.base().number() & 7;
    boolean small = shortDisplacement && m.displacement() == (byte) m.displacement();
    // Without displacement rbp and r13 would mean something else: they get a zero.
    int mode = m.displacement() == 0 && base != 5 ? 0 : small ? 1 : 2;
    if (m.index() == null && base != 4) {
      put(mode << 6 | (reg & 7) << 3 | base);
    } else {
      int index = m.index() == null ? 4 : m.index().number() & 7; // 4 says that there is none
      put(mode << 6 | (reg & 7) << 3 | 4);
      put(Integer.numberOfTrailingZeros(m.scale()) << 6 | index << 3 | base);
    }
    if (mode == 1) {
      put(m.displacement());
    } else if (mode == 2) {
      putInt(m.displacement());
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

  /** REX.W, opcode and ModRM of an instruction on registers. */
  private void general(int reg, Register rm, int opcode) {
    put(0x48 | reg >> 3 << 2 | rm.number() >> 3);
    put(opcode, 0xC0 | (reg & 7) << 3 | rm.number() & 7);
  }

  /** The prefix for 64 bits and registers from r8 on; left out where it would say nothing. */
  private void rex(int w, int reg, Memory m) {
    int bits = w | reg >> 3 << 2 | indexNumber(m) >> 3 << 1 | m.base().number() >> 3;
    if (bits != 0) {
      put(0x40 | bits);
    }
  }

  // Jumps.

  public void place(Label label) {
    label.bind(size);
    for (int at : label.waiting()) {
      putIntAt(at, size - (at + Integer.BYTES));
    }
  }

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

  private void distance(Label label) {
    if (label.isBound()) {
      putInt(label.position() - (size + Integer.BYTES));
    } else {
      label.waiting().add(size);
      putInt(0);
    }
  }

  // Bytes.

  /** Data: what {@link #lea(Register, Label)} finds. */
  public void data(byte[] bytes) {
    for (byte value : bytes) {
      put(value);
    }
  }

  /** Zeros up to the next multiple of this many bytes. */
  public void align(int bytes) {
    while (size % bytes != 0) {
      put(0);
    }
  }

  private void put(int... values) {
    if (size + values.length > code.length) {
      code = Arrays.copyOf(code, 2 * code.length);
    }
    for (int value : values) {
      code[size++] = (byte) value;
    }
  }

  private void putInt(int value) {
    put(value, value >> 8, value >> 16, value >> 24);
  }

  private void putIntAt(int at, int value) {
    for (int i = 0; i < Integer.BYTES; i++) {
      code[at + i] = (byte) (value >> 8 * i);
    }
  }
}
