package headroom.inference.assembler.arm;

import headroom.inference.assembler.Label;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Instructions to bytes, in the order they are written. Each is one word of 32 bits; what does not
 * fit into its fields is refused (Arm Architecture Reference Manual, DDI 0487, chapters C6 and C7).
 */
public final class Assembler {
  // What a load or store with this word differs by from one with an unscaled offset.
  private static final int SCALED = 1 << 24;
  private static final int LOAD = 1 << 22;

  private int[] words = new int[256];
  private int count;

  /** The instructions so far; every label that was jumped to must have its place. */
  public byte[] bytes() {
    ByteBuffer bytes = ByteBuffer.allocate(size()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.putInt(words[i]);
    }
    return bytes.array();
  }

  /** Bytes so far. */
  public int size() {
    return count * Integer.BYTES;
  }

  // Vector instructions.

  /** d = n op m. */
  public void emit(Op op, VectorRegister d, VectorRegister n, VectorRegister m) {
    require(op, Op.Form.THREE);
    put(op.word | m.number() << 16 | n.number() << 5 | d.number());
  }

  /** d = n op one lane of m. */
  public void emit(Op op, VectorRegister d, VectorRegister n, VectorRegister.Lane m) {
    require(op, Op.Form.LANE);
    int index = (m.index() & 1) << 21 | m.index() >> 1 << 11;
    put(op.word | index | m.register().number() << 16 | n.number() << 5 | d.number());
  }

  /** d = one lane everywhere. */
  public void emit(Op op, VectorRegister d, VectorRegister.Lane n) {
    require(op, Op.Form.SPREAD);
    put(op.word | n.index() << 19 | n.register().number() << 5 | d.number());
  }

  /** d = op n. */
  public void emit(Op op, VectorRegister d, VectorRegister n) {
    require(op, Op.Form.TWO);
    put(op.word | n.number() << 5 | d.number());
  }

  /** d = n shifted by so many bits. */
  public void emit(Op op, VectorRegister d, VectorRegister n, int bits) {
    require(op, Op.Form.SHIFT);
    int least = op.right ? 1 : 0;
    int most = op.right ? op.shifted : op.shifted - 1;
    if (bits < least || bits > most) {
      throw new IllegalArgumentException(
          "%s by %d bits; wanted %d to %d".formatted(op, bits, least, most));
    }
    int field = op.right ? 2 * op.shifted - bits : op.shifted + bits;
    put(op.word | field << 16 | n.number() << 5 | d.number());
  }

  /** d = this byte everywhere, 0 to 255. */
  public void movi(VectorRegister d, int value) {
    check("movi", value, 0, 255);
    put(0x4F00E400 | value >> 5 << 16 | (value & 31) << 5 | d.number());
  }

  /** d = the lower 32 bits everywhere. */
  public void dup(VectorRegister d, Register n) {
    put(0x4E040C00 | general(n) << 5 | d.number());
  }

  /** The lowest lane of n, a half, as a float in the lowest of d. */
  public void fcvt(VectorRegister d, VectorRegister n) {
    put(0x1EE24000 | n.number() << 5 | d.number());
  }

  private static void require(Op op, Op.Form form) {
    if (op.form() != form) {
      throw new IllegalArgumentException(
          "%s has operands of the form %s; found %s".formatted(op, op.form(), form));
    }
  }

  // Memory.

  public void load(Width width, VectorRegister v, Address from) {
    put(width.word | LOAD | place(from, width.bytes()) | v.number());
  }

  public void store(Width width, Address to, VectorRegister v) {
    put(width.word | place(to, width.bytes()) | v.number());
  }

  /** Stores one lane; the address then moves on by so many bytes. */
  public void storeLane(Register to, VectorRegister.Lane lane, Register step) {
    int index = (lane.index() & 1) << 12 | lane.index() >> 1 << 30;
    int registers = general(step) << 16 | to.number() << 5 | lane.register().number();
    put(0x0D808000 | index | registers);
  }

  /** Stores one of sixteen bytes; the address then moves on by so many bytes. */
  public void storeByte(Register to, VectorRegister v, int index, Register step) {
    check("byte", index, 0, VectorRegister.BYTES - 1);
    int place = (index & 3) << 10 | (index >> 2 & 1) << 12 | index >> 3 << 30;
    put(0x0D800000 | place | general(step) << 16 | to.number() << 5 | v.number());
  }

  /** Stores the lower 64 bits, or the upper; the address then moves on by so many bytes. */
  public void storeHalf(Register to, VectorRegister v, boolean upper, Register step) {
    put(0x0D808400 | (upper ? 1 << 30 : 0) | general(step) << 16 | to.number() << 5 | v.number());
  }

  public void load64(Register r, Address from) {
    put(0xF8000000 | LOAD | place(from, Long.BYTES) | general(r));
  }

  /** The upper 32 bits are zero then. */
  public void load32(Register r, Address from) {
    put(0xB8000000 | LOAD | place(from, Integer.BYTES) | general(r));
  }

  /** The lower 32 bits. */
  public void store32(Address to, Register r) {
    put(0xB8000000 | place(to, Integer.BYTES) | general(r));
  }

  /** The upper 48 bits are zero then. */
  public void load16(Register r, Address from) {
    put(0x78000000 | LOAD | place(from, Short.BYTES) | general(r));
  }

  /** The lower 16 bits. */
  public void store16(Address to, Register r) {
    put(0x78000000 | place(to, Short.BYTES) | general(r));
  }

  /** Both lower halves, 64 bits each. */
  public void storePair(Address to, VectorRegister a, VectorRegister b) {
    put(0x6D000000 | pair(to) | b.number() << 10 | a.number());
  }

  /** Both lower halves; the upper ones are zero then. */
  public void loadPair(VectorRegister a, VectorRegister b, Address from) {
    put(0x6D400000 | pair(from) | b.number() << 10 | a.number());
  }

  public void storePair(Address to, Register a, Register b) {
    put(0xA9000000 | pair(to) | general(b) << 10 | general(a));
  }

  public void loadPair(Register a, Register b, Address from) {
    put(0xA9400000 | pair(from) | general(b) << 10 | general(a));
  }

  /** Base and offset: scaled by the size where that can say it, else in bytes. */
  private static int place(Address address, int size) {
    int offset = address.offset();
    int base = address.base().number() << 5;
    if (offset >= 0 && offset % size == 0 && offset / size < 1 << 12) {
      return SCALED | offset / size << 10 | base;
    }
    if (offset < -256 || offset > 255) {
      throw new IllegalArgumentException(
          "%s for %d bytes: wanted an offset that is a multiple of them up to %d, or -256 to 255"
              .formatted(address, size, 4095 * size));
    }
    return (offset & 0x1FF) << 12 | base;
  }

  private static int pair(Address address) {
    check("a pair at " + address, address.offset(), -64 * Long.BYTES, 63 * Long.BYTES);
    multiple("a pair at " + address, address.offset(), Long.BYTES);
    return (address.offset() / Long.BYTES & 0x7F) << 15 | address.base().number() << 5;
  }

  // General purpose instructions, on 64 bits.

  public void mov(Register d, Register m) {
    if (d == Register.SP || m == Register.SP) {
      add(d, m, 0);
    } else {
      put(0xAA0003E0 | m.number() << 16 | d.number());
    }
  }

  /** d = value, 0 to 65535. */
  public void mov(Register d, int value) {
    check("mov", value, 0, 0xFFFF);
    put(0xD2800000 | value << 5 | general(d));
  }

  /** d = n + value, 0 to 4095 or such a multiple of 4096. */
  public void add(Register d, Register n, int value) {
    put(0x91000000 | immediate("add", value) | n.number() << 5 | d.number());
  }

  /** d = n + m. */
  public void add(Register d, Register n, Register m) {
    add(d, n, m, 0);
  }

  /** d = n + m · 2^bits. */
  public void add(Register d, Register n, Register m, int bits) {
    check("add", bits, 0, 63);
    put(0x8B000000 | general(m) << 16 | bits << 10 | general(n) << 5 | general(d));
  }

  /** d = n - value, 0 to 4095 or such a multiple of 4096. */
  public void sub(Register d, Register n, int value) {
    put(0xD1000000 | immediate("sub", value) | n.number() << 5 | d.number());
  }

  /** d = n - m. */
  public void sub(Register d, Register n, Register m) {
    put(0xCB000000 | general(m) << 16 | general(n) << 5 | general(d));
  }

  /** d = n - value, for a jump that asks what it ended at. */
  public void subs(Register d, Register n, int value) {
    put(0xF1000000 | immediate("subs", value) | n.number() << 5 | general(d));
  }

  /** d = n · m. */
  public void mul(Register d, Register n, Register m) {
    put(0x9B007C00 | general(m) << 16 | general(n) << 5 | general(d));
  }

  /** d = n · 2^bits. */
  public void lsl(Register d, Register n, int bits) {
    check("lsl", bits, 1, 63);
    put(0xD3400000 | 64 - bits << 16 | 63 - bits << 10 | general(n) << 5 | general(d));
  }

  public void ret() {
    put(0xD65F03C0);
  }

  /** The number of a register that is not the stack's. */
  private static int general(Register register) {
    if (register == Register.SP) {
      throw new IllegalArgumentException("sp would be read as zero here");
    }
    return register.number();
  }

  private static int immediate(String what, int value) {
    if (value >= 0 && value < 1 << 12) {
      return value << 10;
    }
    if (value >= 0 && value < 1 << 24 && value % (1 << 12) == 0) {
      return 1 << 22 | value >> 12 << 10;
    }
    throw new IllegalArgumentException(
        "%s %d: wanted 0 to 4095, or a multiple of 4096 up to 16773120".formatted(what, value));
  }

  private static void check(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s: found %d; wanted %d to %d".formatted(what, value, least, most));
    }
  }

  private static void multiple(String what, int value, int of) {
    if (value % of != 0) {
      throw new IllegalArgumentException(
          "%s: found %d; wanted a multiple of %d".formatted(what, value, of));
    }
  }

  // Jumps.

  public void place(Label label) {
    label.bind(size());
    for (int at : label.waiting()) {
      words[at / Integer.BYTES] |= distance(words[at / Integer.BYTES], size() - at);
    }
  }

  public void jump(Label label) {
    toLabel(0x14000000, label);
  }

  /** Jumps where the last {@link #subs} ended so. */
  public void jumpIf(Condition condition, Label label) {
    toLabel(0x54000000 | condition.code, label);
  }

  /** Jumps where the register is zero. */
  public void jumpIfZero(Register register, Label label) {
    toLabel(0xB4000000 | general(register), label);
  }

  /** d = where the label lies. */
  public void adr(Register d, Label label) {
    toLabel(0x10000000 | general(d), label);
  }

  private void toLabel(int word, Label label) {
    if (label.isBound()) {
      put(word | distance(word, label.position() - size()));
    } else {
      label.waiting().add(size());
      put(word);
    }
  }

  /** The bits of a distance where this instruction has them. */
  private static int distance(int word, int bytes) {
    boolean adr = word >>> 24 == 0x10;
    int reach = word >>> 26 == 0b000101 ? 1 << 27 : 1 << 20;
    if (bytes < -reach || bytes >= reach) {
      throw new IllegalStateException(
          "a label is %d bytes away; wanted less than %d".formatted(bytes, reach));
    }
    if (adr) {
      return (bytes & 3) << 29 | (bytes >> 2 & 0x7FFFF) << 5;
    }
    int instructions = bytes / Integer.BYTES;
    return reach == 1 << 27 ? instructions & 0x3FFFFFF : (instructions & 0x7FFFF) << 5;
  }

  // Data.

  /** Data: what {@link #adr} finds; whole words. */
  public void data(byte[] bytes) {
    multiple("data", bytes.length, Integer.BYTES);
    ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (from.hasRemaining()) {
      put(from.getInt());
    }
  }

  /** Zeros up to the next multiple of this many bytes. */
  public void align(int bytes) {
    while (size() % bytes != 0) {
      put(0);
    }
  }

  private void put(int word) {
    if (count == words.length) {
      words = Arrays.copyOf(words, 2 * count);
    }
    words[count++] = word;
  }
}
