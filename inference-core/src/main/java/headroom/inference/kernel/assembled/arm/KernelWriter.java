package headroom.inference.kernel.assembled.arm;

import headroom.inference.assembler.Label;
import headroom.inference.assembler.arm.Address;
import headroom.inference.assembler.arm.Assembler;
import headroom.inference.assembler.arm.Op;
import headroom.inference.assembler.arm.Register;
import headroom.inference.assembler.arm.VectorRegister;
import headroom.inference.assembler.arm.Width;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * An assembler with what every kernel here needs: vector registers by turn, constants by value, and
 * the caller's registers kept.
 *
 * <p>Who writes a kernel takes all registers first, then begins. Of v8 to v15 the lower halves are
 * the caller's (AAPCS64, section 6.1.2): they are taken last, and kept on the stack where they are.
 * No kernel touches x18 or a general register from x19 on.
 */
final class KernelWriter {
  static final int LANES = VectorRegister.BYTES / Float.BYTES;

  private static final int REGISTERS = 32;
  private static final int FIRST_KEPT = 8;
  private static final int KEPT = 8;
  private static final int KEPT_BYTES = KEPT * Double.BYTES;

  private final Assembler assembler = new Assembler();
  private final Label pool = new Label();
  private final List<byte[]> constants = new ArrayList<>();
  private int used;

  Assembler assembler() {
    return assembler;
  }

  /** A vector register that nobody has yet: v0 to v7, v16 to v31, then v8 to v15. */
  VectorRegister register() {
    if (used == REGISTERS) {
      throw new IllegalStateException("a kernel wants more than %d registers".formatted(REGISTERS));
    }
    int free = REGISTERS - KEPT;
    int number = used < FIRST_KEPT ? used : used < free ? used + KEPT : used - free + FIRST_KEPT;
    used++;
    return new VectorRegister(number);
  }

  VectorRegister[] registers(int count) {
    VectorRegister[] found = new VectorRegister[count];
    for (int i = 0; i < count; i++) {
      found[i] = register();
    }
    return found;
  }

  private boolean keeps() {
    return used > REGISTERS - KEPT;
  }

  /** Bytes that arguments on the stack lie above it, once begun. */
  int stackArguments() {
    return keeps() ? KEPT_BYTES : 0;
  }

  /** Keeps what is the caller's. */
  void begin() {
    if (keeps()) {
      assembler.sub(Register.SP, Register.SP, KEPT_BYTES);
      for (int i = 0; i < KEPT; i += 2) {
        assembler.storePair(kept(i), low(i), low(i + 1));
      }
    }
  }

  private static Address kept(int i) {
    return Address.at(Register.SP, i * Double.BYTES);
  }

  private static VectorRegister low(int i) {
    return new VectorRegister(FIRST_KEPT + i);
  }

  /** Brings a constant's address: from there on {@link #load} works. */
  void pointToConstants(Register base) {
    assembler.adr(base, pool);
  }

  /** This number in every lane, from the constants that {@code base} points to. */
  void load(VectorRegister into, Register base, float value) {
    ByteBuffer bytes = ByteBuffer.allocate(VectorRegister.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putFloat(value);
    }
    load(into, base, bytes.array());
  }

  /** These sixteen bytes, from the constants that {@code base} points to. */
  void load(VectorRegister into, Register base, byte[] sixteen) {
    assembler.load(Width.Q, into, Address.at(base, constants.size() * VectorRegister.BYTES));
    constants.add(sixteen.clone());
  }

  void zero(VectorRegister register) {
    assembler.movi(register, 0);
  }

  /** d = n. */
  void move(VectorRegister d, VectorRegister n) {
    assembler.emit(Op.ORR, d, n, n);
  }

  /** Four halves as floats. */
  void halves(VectorRegister into, Address from) {
    assembler.load(Width.D, into, from);
    assembler.emit(Op.FCVTL, into, into);
  }

  /** Four unsigned bytes as integers. */
  void bytes(VectorRegister into, Address from) {
    assembler.load(Width.S, into, from);
    assembler.emit(Op.USHLL_B, into, into, 0);
    assembler.emit(Op.USHLL_H, into, into, 0);
  }

  /** Four signed bytes as integers. */
  void signedBytes(VectorRegister into, Address from) {
    assembler.load(Width.S, into, from);
    assembler.emit(Op.SSHLL_B, into, into, 0);
    assembler.emit(Op.SSHLL_H, into, into, 0);
  }

  /** The function: the caller's registers back, the return, and constants behind it. */
  byte[] finish() {
    if (keeps()) {
      for (int i = 0; i < KEPT; i += 2) {
        assembler.loadPair(low(i), low(i + 1), kept(i));
      }
      assembler.add(Register.SP, Register.SP, KEPT_BYTES);
    }
    assembler.ret();
    assembler.align(VectorRegister.BYTES);
    assembler.place(pool);
    constants.forEach(assembler::data);
    return assembler.bytes();
  }
}
