package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.Label;
import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.Operand;
import headroom.inference.assembler.x86.Register;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.assembler.x86.VectorWidth;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** An assembler with what every kernel here needs: registers by turn, and constants by value. */
final class KernelWriter {
  /**
   * Bytes ahead that weights are asked for, across the end of a tile into the next: as much as a
   * first-level cache holds. One thread of a Zen 3 reads Q6_K for one token at 18 GB/s with 16 KiB
   * and at 20 with 32, Q4_K at 22 with either; more gains nothing where two threads read.
   */
  private static final int PREFETCH = 32 << 10;

  /** The same where two tiles are read in turn; twice as many bytes are 5 % slower. */
  private static final int SHORT_PREFETCH = 1 << 10;

  private static final int CACHE_LINE = 64;

  // The roles of general registers; the first six bring the arguments (System V AMD64 ABI).
  static final Register CODES = Register.RDI;
  static final Register INPUT = Register.RSI;
  static final Register OUT = Register.RDX;

  /** The fourth argument is spent before the first constant is used. */
  static final Register CONSTANTS = Register.RCX;

  static final Register COUNT = Register.R8;
  static final Register STRIDE = Register.R9;
  static final Register SCALES = Register.RAX;
  static final Register SUPERS = Register.R10;
  static final Register INNER = Register.R11;

  private final Assembler assembler = new Assembler();
  private final InstructionSet set;
  private final Label pool = new Label();
  private final Map<ByteBuffer, Integer> constants = new LinkedHashMap<>();
  private final Map<ByteBuffer, VectorRegister> kept = new LinkedHashMap<>();
  private int used;

  KernelWriter(InstructionSet set) {
    this.set = set;
  }

  Assembler assembler() {
    return assembler;
  }

  InstructionSet set() {
    return set;
  }

  /** A vector register that nobody has yet. */
  VectorRegister register() {
    return find()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "a kernel wants more than the %d registers of %s"
                        .formatted(set.registers(), set.label())));
  }

  /** So many registers, or none where there are too few left. */
  Optional<VectorRegister[]> registersIfFree(int count) {
    if (used + count > set.registers()) {
      return Optional.empty();
    }
    VectorRegister[] found = new VectorRegister[count];
    for (int i = 0; i < count; i++) {
      found[i] = register();
    }
    return Optional.of(found);
  }

  /** Registers that nobody has yet. */
  int free() {
    return set.registers() - used;
  }

  private Optional<VectorRegister> find() {
    return used < set.registers() ? Optional.of(set.width().register(used++)) : Optional.empty();
  }

  /** Makes {@link #CONSTANTS} point to them. */
  void loadConstants() {
    assembler.lea(CONSTANTS, pool);
  }

  /**
   * Keeps a constant in a register, for a loop that uses it often: of 32 bytes a Zen 3 loads two in
   * a cycle, and products need those for weights.
   *
   * @param sixteen bytes, as {@link #everyByte} or {@link #everyLane} makes them
   * @param register that {@link #loadKept} fills
   */
  void keep(byte[] sixteen, VectorRegister register) {
    place(sixteen);
    kept.put(ByteBuffer.wrap(sixteen.clone()), register);
  }

  /** Brings the constants that are kept in registers. */
  void loadKept() {
    kept.forEach(
        (sixteen, register) -> assembler.emit(Op.VMOVDQU, register, place(sixteen.array())));
  }

  /** A vector of this byte in every place. */
  Operand bytes(int value) {
    return table(everyByte(value));
  }

  /** A vector of this number in every lane. */
  Operand floats(float value) {
    return constant(Float.floatToRawIntBits(value));
  }

  /** A vector of these 32 bits in every lane. */
  Operand constant(int value) {
    return table(everyLane(value));
  }

  /** A vector of these 16 bytes, repeated. */
  Operand table(byte[] sixteen) {
    VectorRegister register = kept.get(ByteBuffer.wrap(sixteen));
    return register == null ? place(sixteen) : register;
  }

  private Memory place(byte[] sixteen) {
    ByteBuffer key = ByteBuffer.wrap(sixteen.clone());
    int index = constants.computeIfAbsent(key, k -> constants.size());
    return Memory.at(CONSTANTS, index * set.width().bytes());
  }

  /** This byte sixteen times. */
  static byte[] everyByte(int value) {
    return everyLane((value & 0xFF) * 0x01010101);
  }

  /** These 32 bits four times. */
  static byte[] everyLane(int value) {
    ByteBuffer one = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    while (one.hasRemaining()) {
      one.putInt(value);
    }
    return one.array();
  }

  /**
   * Where the second tile of the pair after this lies, from the first of this: three tiles on.
   * Belongs to the caller, who wants it back.
   */
  static final Register AFTER = Register.RBX;

  /** Keeps what the caller has in {@link #AFTER}, and fills it. */
  void openPair() {
    assembler.push(AFTER);
    assembler.imul(AFTER, STRIDE, 3);
  }

  void closePair() {
    assembler.pop(AFTER);
  }

  /**
   * Asks for codes and scales of two tiles. Processors bring what follows in memory by themselves,
   * up to the end of a page, and faster from two places than from one: a Zen 3 reads 30 GB/s with
   * one thread where it reads 23 in order, and 20 where all is asked for far ahead. So codes are
   * asked for shortly before their turn, which matters at a page's begin, and scales, which begin
   * anew with every tile, a pair ahead.
   */
  void prefetchPair(int codeBytes, int scaleBytes) {
    for (int line = 0; line < codeBytes; line += CACHE_LINE) {
      assembler.prefetch(Memory.at(CODES, SHORT_PREFETCH + line));
      assembler.prefetch(Memory.at(CODES, STRIDE, 1, SHORT_PREFETCH + line));
    }
    for (int line = 0; line < scaleBytes; line += CACHE_LINE) {
      assembler.prefetch(Memory.at(SCALES, STRIDE, 2, line));
      assembler.prefetch(Memory.at(SCALES, AFTER, 1, line));
    }
  }

  /** Asks for what a loop over so many bytes will read some rounds from now. */
  void prefetch(Register from, int bytes) {
    for (int line = 0; line < bytes; line += CACHE_LINE) {
      assembler.prefetch(Memory.at(from, PREFETCH + line));
    }
  }

  /** A half per lane as floats. */
  void halves(VectorRegister into, Memory from) {
    assembler.emit(Op.VCVTPH2PS, into, from);
  }

  /**
   * A byte per lane as floats.
   *
   * @param widen VPMOVZXBD or VPMOVSXBD
   */
  void bytesToFloats(Op widen, VectorRegister into, Memory from) {
    assembler.emit(widen, into, from);
    assembler.emit(Op.VCVTDQ2PS, into, into);
  }

  /** The largest lane in every lane. */
  void spreadLargest(VectorRegister v, VectorRegister spare) {
    assembler.emit(Op.VEXTRACTI128, spare.as(VectorWidth.XMM), v, 1);
    // The lower half of v is all that is wanted of it from here on.
    VectorRegister low = v.as(VectorWidth.XMM);
    VectorRegister other = spare.as(VectorWidth.XMM);
    assembler.emit(Op.VMAXPS, low, low, other);
    assembler.shuffle(Op.VPSHUFD, other, low, 0b01_00_11_10); // halves exchanged
    assembler.emit(Op.VMAXPS, low, low, other);
    assembler.shuffle(Op.VPSHUFD, other, low, 0b10_11_00_01); // neighbours exchanged
    assembler.emit(Op.VMAXPS, low, low, other);
    assembler.emit(Op.VBROADCASTSS, v, low);
  }

  /** The sum of the lanes in the lowest. */
  void sumLanes(VectorRegister v, VectorRegister spare) {
    assembler.emit(Op.VHADDPS, v, v, v);
    assembler.emit(Op.VHADDPS, v, v, v);
    addHalves(v, spare);
  }

  /** The lower four lanes with the upper four added. */
  void addHalves(VectorRegister v, VectorRegister spare) {
    VectorRegister low = v.as(VectorWidth.XMM);
    VectorRegister high = spare.as(VectorWidth.XMM);
    assembler.emit(Op.VEXTRACTI128, high, v, 1);
    assembler.emit(Op.VADDPS, low, low, high);
  }

  void zero(VectorRegister register) {
    assembler.emit(Op.VPXOR, register, register, register);
  }

  /** The function, with its constants behind it. */
  byte[] finish() {
    assembler.align(set.width().bytes());
    assembler.place(pool);
    constants
        .keySet()
        .forEach(
            sixteen -> {
              for (int i = 0; i < set.width().bytes(); i += 16) {
                assembler.data(sixteen.array());
              }
            });
    return assembler.bytes();
  }
}
