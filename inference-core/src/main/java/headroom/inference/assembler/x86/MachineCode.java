package headroom.inference.assembler.x86;

import headroom.inference.assembler.Label;
import java.util.Arrays;

/**
 * Bytes of instructions: prefixes, operands and distances. Vector instructions take the VEX
 * encoding where it can say what is wanted, and EVEX where it cannot: 64-byte registers, registers
 * from 16 on, and broadcasts from memory (Intel SDM volume 2, sections 2.3 and 2.7).
 */
abstract sealed class MachineCode permits Assembler {
  private byte[] code = new byte[1024];
  private int size;

  /** The instructions so far; every label that was jumped to must have its place. */
  public final byte[] bytes() {
    return Arrays.copyOf(code, size);
  }

  public final int size() {
    return size;
  }

  /** The label lies here. */
  public final void place(Label label) {
    label.bind(size);
    for (int at : label.waiting()) {
      putIntAt(at, size - (at + Integer.BYTES));
    }
  }

  /** Data: what {@link Assembler#lea(Register, Label)} finds. */
  public final void data(byte[] bytes) {
    for (byte value : bytes) {
      put(value);
    }
  }

  /** Zeros up to the next multiple of this many bytes. */
  public final void align(int bytes) {
    while (size % bytes != 0) {
      put(0);
    }
  }

  // Vector instructions.

  /**
   * @param reg the register (or digit) in ModRM.reg
   * @param other the register in vvvv, 0 where there is none
   */
  final void vector(Op op, VectorWidth width, int reg, int other, Operand rm) {
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

  /** ModRM, SIB and displacement, the latter as short as it can be. */
  final void memory(int reg, Memory m) {
    memory(reg, m, true);
  }

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

  // General purpose instructions.

  /** REX.W, opcode and ModRM of an instruction on registers. */
  final void general(int reg, Register rm, int opcode) {
    put(0x48 | reg >> 3 << 2 | rm.number() >> 3);
    put(opcode, 0xC0 | (reg & 7) << 3 | rm.number() & 7);
  }

  /** The prefix for 64 bits and registers from r8 on; left out where it would say nothing. */
  final void rex(int w, int reg, Memory m) {
    int bits = w | reg >> 3 << 2 | indexNumber(m) >> 3 << 1 | m.base().number() >> 3;
    if (bits != 0) {
      put(0x40 | bits);
    }
  }

  // Bytes.

  /** How far it is to a label, four bytes that end the instruction. */
  final void distance(Label label) {
    if (label.isBound()) {
      putInt(label.position() - (size + Integer.BYTES));
    } else {
      label.waiting().add(size);
      putInt(0);
    }
  }

  final void put(int... values) {
    if (size + values.length > code.length) {
      code = Arrays.copyOf(code, 2 * code.length);
    }
    for (int value : values) {
      code[size++] = (byte) value;
    }
  }

  final void putInt(int value) {
    put(value, value >> 8, value >> 16, value >> 24);
  }

  private void putIntAt(int at, int value) {
    for (int i = 0; i < Integer.BYTES; i++) {
      code[at + i] = (byte) (value >> 8 * i);
    }
  }
}
