package headroom.inference.kernel.assembled.arm;

import static headroom.inference.assembler.arm.Register.X0;
import static headroom.inference.assembler.arm.Register.X1;
import static headroom.inference.assembler.arm.Register.X10;
import static headroom.inference.assembler.arm.Register.X11;
import static headroom.inference.assembler.arm.Register.X12;
import static headroom.inference.assembler.arm.Register.X13;
import static headroom.inference.assembler.arm.Register.X2;
import static headroom.inference.assembler.arm.Register.X3;
import static headroom.inference.assembler.arm.Register.X4;
import static headroom.inference.assembler.arm.Register.X9;

import headroom.inference.assembler.Label;
import headroom.inference.assembler.arm.Address;
import headroom.inference.assembler.arm.Assembler;
import headroom.inference.assembler.arm.Condition;
import headroom.inference.assembler.arm.Op;
import headroom.inference.assembler.arm.Register;
import headroom.inference.assembler.arm.VectorRegister;
import headroom.inference.assembler.arm.Width;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.PackedLayout;
import headroom.inference.kernel.assembled.TileScales;

/**
 * Writes {@link Machine#repack} for Q4_K, Q5_K and Q6_K: a super-block of 256 columns, unrolled,
 * sixteen columns at a time. What lies where in a row is told by {@code SuperBlocks}, and in a tile
 * by {@code TileCodes.Nibbles}: as its words follow each other, one pointer goes over them.
 */
final class SuperRepackKernel {
  private static final int LANES = KernelWriter.LANES;
  private static final int HALF_BLOCK = PackedLayout.BLOCK / 2;
  private static final int BLOCKS_PER_SUPER = TileScales.BLOCKS_PER_SUPER;

  private static final Register ROW = X0;
  private static final Register CODES = X1;
  private static final Register SCALES = X2;
  private static final Register SUPERS = X3;
  private static final Register BLOCKS = X4;
  private static final Register HALF = X9;
  private static final Register LINE = X10; // from one line to the next
  private static final Register ENTRY = X11; // from one block's scale to the next one's
  private static final Register INTO = X12;
  private static final Register CONSTANTS = X13;

  private final KernelWriter writer = new KernelWriter();
  private final Assembler a = writer.assembler();
  private final VectorRegister lower = writer.register();
  private final VectorRegister upper = writer.register();
  private final VectorRegister codes = writer.register();
  private final VectorRegister spare = writer.register();

  /** Further bits of both halves of a block, or more blocks. */
  private final VectorRegister[] further = writer.registers(2);

  private final VectorRegister mask = writer.register();

  /** How far the further bits of each quad are shifted, in either half. */
  private final VectorRegister[] places = writer.registers(2);

  static byte[] fourBits() {
    return new SuperRepackKernel().packed(144, 16, -1);
  }

  static byte[] fiveBits() {
    return new SuperRepackKernel().packed(176, 48, 16);
  }

  static byte[] sixBits() {
    return new SuperRepackKernel().six();
  }

  /**
   * Q4_K and Q5_K.
   *
   * @param codesAt byte of a super-block where its lower four bits start
   * @param fifthAt byte where its fifth bits start; below 0 where it has none
   */
  private byte[] packed(int size, int codesAt, int fifthAt) {
    writer.begin();
    a.mov(LINE, VectorRegister.BYTES);
    a.mov(ENTRY, 2 * LANES); // a scale and a minimum
    if (fifthAt >= 0) {
      a.movi(mask, 1);
      place(new byte[] {0, 1, 2, 3}, new byte[] {4, 5, 6, 7});
    }
    Label next = new Label();
    a.place(next);
    if (fifthAt >= 0) {
      both(further[0], further[1], fifthAt);
    }
    for (int block = 0; block < BLOCKS_PER_SUPER; block++) {
      int at = codesAt + block / 2 * PackedLayout.BLOCK;
      lowerFour(at, block % 2);
      if (fifthAt >= 0) {
        bits(further[0], block, places[0], lower);
        bits(further[1], block, places[1], upper);
        a.emit(Op.ADD, lower, lower, upper);
        word(lower);
      }
    }
    half(0, 0);
    half(2, 2 * LANES);
    // Six bits each: the first four blocks' in bytes of their own, the others' in two pieces.
    a.load(Width.S, codes, Address.at(ROW, 12));
    for (int plane = 0; plane < 2; plane++) {
      a.add(INTO, SCALES, plane * LANES);
      a.load(Width.S, lower, Address.at(ROW, 4 + 4 * plane));
      a.emit(Op.USHR_B, upper, lower, 6);
      a.emit(Op.SHL_B, upper, upper, 4);
      a.movi(spare, 0x3F);
      a.emit(Op.AND, lower, lower, spare);
      a.movi(spare, 0x0F);
      if (plane == 0) {
        a.emit(Op.AND, spare, codes, spare);
      } else {
        a.emit(Op.USHR_B, spare, codes, 4);
      }
      a.emit(Op.ORR, upper, upper, spare);
      for (VectorRegister four : new VectorRegister[] {lower, upper}) {
        for (int i = 0; i < 4; i++) {
          a.storeByte(INTO, four, i, ENTRY);
        }
      }
    }
    a.add(SCALES, SCALES, 2 * LANES * BLOCKS_PER_SUPER);
    return finish(next, size, 4 * LANES);
  }

  /** Q6_K. */
  private byte[] six() {
    writer.begin();
    a.mov(LINE, VectorRegister.BYTES);
    a.mov(ENTRY, LANES);
    a.movi(mask, 3);
    byte[] pairs = {0, 2, 4, 6};
    place(pairs, pairs);
    Label next = new Label();
    a.place(next);
    for (int half = 0; half < 2; half++) {
      both(further[0], further[1], 128 + 32 * half);
      for (int quarter = 0; quarter < 4; quarter++) {
        lowerFour(64 * half + 32 * (quarter % 2), quarter / 2);
        for (int i = 0; i < further.length; i++) {
          bits(further[i], 2 * quarter, places[i], lower);
          word(lower);
        }
      }
    }
    half(208, 0);
    a.load(Width.Q, codes, Address.at(ROW, 192));
    for (int i = 0; i < 2 * BLOCKS_PER_SUPER; i++) {
      a.storeByte(SCALES, codes, i, ENTRY);
    }
    return finish(next, 210, 2 * LANES);
  }

  private byte[] finish(Label next, int size, int superBytes) {
    a.add(ROW, ROW, size);
    a.add(SUPERS, SUPERS, superBytes);
    a.subs(BLOCKS, BLOCKS, BLOCKS_PER_SUPER);
    a.jumpIf(Condition.NOT_ZERO, next);
    return writer.finish();
  }

  /** Brings how far each of four quads is shifted, for either half of a block. */
  private void place(byte[] first, byte[] second) {
    writer.pointToConstants(CONSTANTS);
    writer.load(places[0], CONSTANTS, fourTimes(first));
    writer.load(places[1], CONSTANTS, fourTimes(second));
  }

  private static byte[] fourTimes(byte[] quads) {
    byte[] bytes = new byte[VectorRegister.BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = quads[i / PackedLayout.QUAD];
    }
    return bytes;
  }

  private void both(VectorRegister first, VectorRegister second, int at) {
    a.load(Width.Q, first, Address.at(ROW, at));
    a.load(Width.Q, second, Address.at(ROW, at + HALF_BLOCK));
  }

  /** Lines 0 to 3: one half of 32 bytes, columns 0-15 below columns 16-31. */
  private void lowerFour(int at, int half) {
    both(lower, upper, at);
    if (half == 0) {
      a.emit(Op.SLI_B, lower, upper, 4);
    } else {
      a.emit(Op.SRI_B, upper, lower, 4);
    }
    VectorRegister packed = half == 0 ? lower : upper;
    for (int line = 0; line < 4; line++) {
      a.storeLane(CODES, packed.lane(line), LINE);
    }
  }

  /** Some bits of sixteen bytes, those of each quad in their own place. */
  private void bits(VectorRegister from, int right, VectorRegister place, VectorRegister into) {
    VectorRegister shifted = right == 0 ? from : into;
    if (right > 0) {
      a.emit(Op.USHR_B, into, from, right);
    }
    a.emit(Op.AND, into, shifted, mask);
    a.emit(Op.USHL_B, into, into, place);
  }

  /** A line of what was put in its place: quads do not overlap. */
  private void word(VectorRegister quads) {
    a.emit(Op.ADDV, quads, quads);
    a.storeLane(CODES, quads.lane(0), LINE);
  }

  /** One half of the row as a scale of scales. */
  private void half(int from, int to) {
    a.load16(HALF, Address.at(ROW, from));
    a.store16(Address.at(SUPERS, to), HALF);
  }
}
