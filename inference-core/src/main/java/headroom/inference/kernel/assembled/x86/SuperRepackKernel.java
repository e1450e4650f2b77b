package headroom.inference.kernel.assembled.x86;

import static headroom.inference.assembler.x86.Register.R10;
import static headroom.inference.assembler.x86.Register.R11;
import static headroom.inference.assembler.x86.Register.R8;
import static headroom.inference.assembler.x86.Register.R9;
import static headroom.inference.assembler.x86.Register.RAX;
import static headroom.inference.assembler.x86.Register.RCX;
import static headroom.inference.assembler.x86.Register.RDI;
import static headroom.inference.assembler.x86.Register.RDX;
import static headroom.inference.assembler.x86.Register.RSI;

import headroom.inference.assembler.Label;
import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Register;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.TileScales;
import java.util.function.IntUnaryOperator;

/**
 * Writes {@link Machine#repack} for Q4_K, Q5_K and Q6_K: a super-block of 256 columns, unrolled,
 * four columns at a time in a general register. What lies where in a row is told by {@code
 * SuperBlocks}, and in a tile by {@code TileCodes.Nibbles}.
 */
final class SuperRepackKernel {
  private static final Register ROW = RDI;
  private static final Register CODES = RSI;
  private static final Register SCALES = RDX;
  private static final Register SUPERS = RCX;
  private static final Register BLOCKS = R8;

  private final Assembler a = new Assembler();
  private final int lanes;
  private final int lines;

  private SuperRepackKernel(InstructionSet set, int lines) {
    this.lanes = set.lanes();
    this.lines = lines;
  }

  static byte[] fourBits(InstructionSet set) {
    return new SuperRepackKernel(set, 4).packed(144, 16, -1);
  }

  static byte[] fiveBits(InstructionSet set) {
    return new SuperRepackKernel(set, 5).packed(176, 48, 16);
  }

  static byte[] sixBits(InstructionSet set) {
    return new SuperRepackKernel(set, 6).six();
  }

  /**
   * Q4_K and Q5_K.
   *
   * @param codesAt byte of a super-block where its lower four bits start
   * @param fifthAt byte where its fifth bits start; below 0 where it has none
   */
  private byte[] packed(int size, int codesAt, int fifthAt) {
    Label next = new Label();
    a.place(next);
    for (int pair = 0; pair < 4; pair++) {
      lowerFour(codesAt + 32 * pair, 2 * pair, 2 * pair + 1);
    }
    for (int block = 0; fifthAt >= 0 && block < TileScales.BLOCKS_PER_SUPER; block++) {
      gather(fifthAt, 8, 1, block, line(block, 4));
    }
    a.load32(RAX, Memory.at(ROW, 0)); // both halves: of the scales, and of the minimums
    a.store16(Memory.at(SUPERS, 0), RAX);
    a.shiftRight(RAX, 16);
    a.store16(Memory.at(SUPERS, Short.BYTES * lanes), RAX);
    // Six bits each: the first four blocks' in bytes of their own, the others' in two pieces.
    for (int plane = 0; plane < 2; plane++) {
      int first = plane * lanes;
      int from = 4 + 4 * plane;
      masked(RAX, from, 0, 0x3F3F3F3F);
      bytes(RAX, block -> 2 * lanes * block + first);
      masked(RAX, 12, 4 * plane, 0x0F0F0F0F);
      masked(R9, from, 2, 0x30303030);
      a.or(RAX, R9);
      bytes(RAX, block -> 2 * lanes * (block + 4) + first);
    }
    return finish(next, size, 2 * Short.BYTES);
  }

  private byte[] six() {
    int quartersAt = 128;
    int scalesAt = 192;
    int size = 210;
    Label next = new Label();
    a.place(next);
    for (int half = 0; half < 2; half++) {
      for (int i = 0; i < 2; i++) {
        int block = 4 * half + i;
        lowerFour(64 * half + 32 * i, block, block + 2);
      }
      for (int quarter = 0; quarter < 4; quarter++) {
        for (int line = 0; line < 2; line++) {
          int from = quartersAt + 32 * half + 16 * line;
          gather(from, 4, 2, quarter, line(4 * half + quarter, 4 + line));
        }
      }
    }
    a.load32(RAX, Memory.at(ROW, size - Integer.BYTES)); // the half is the last of the row
    a.shiftRight(RAX, 16);
    a.store16(Memory.at(SUPERS, 0), RAX);
    for (int four = 0; four < 4; four++) {
      int first = 4 * four; // of sixteen, two to a block, as they lie in the tile too
      a.load32(RAX, Memory.at(ROW, scalesAt + first));
      bytes(RAX, scale -> lanes * (first + scale));
    }
    return finish(next, size, Short.BYTES);
  }

  /** 32 bytes of two codes: one block's in their low halves, another's in their high ones. */
  private void lowerFour(int from, int low, int high) {
    for (int q = 0; q < 4; q++) {
      a.load32(RAX, Memory.at(ROW, from + 4 * q));
      a.load32(R9, Memory.at(ROW, from + 4 * (q + 4)));
      a.mov(R10, RAX);
      a.and(R10, 0x0F0F0F0F);
      a.mov(R11, R9);
      a.and(R11, 0x0F0F0F0F);
      a.shiftLeft(R11, 4);
      a.or(R10, R11);
      a.store32(Memory.at(CODES, line(low, q)), R10);
      a.shiftRight(RAX, 4);
      a.and(RAX, 0x0F0F0F0F);
      a.and(R9, 0xF0F0F0F0);
      a.or(RAX, R9);
      a.store32(Memory.at(CODES, line(high, q)), RAX);
    }
  }

  /** So many words' bits, those at {@code which} times {@code bits}, side by side in one word. */
  private void gather(int from, int words, int bits, int which, int to) {
    int mask = (bits == 1 ? 0x01010101 : 0x03030303) << bits * which;
    a.xor(R9, R9);
    for (int word = 0; word < words; word++) {
      a.load32(RAX, Memory.at(ROW, from + 4 * word));
      a.and(RAX, mask);
      int left = bits * (word - which);
      if (left > 0) {
        a.shiftLeft(RAX, left);
      } else if (left < 0) {
        a.shiftRight(RAX, -left);
      }
      a.or(R9, RAX);
    }
    a.store32(Memory.at(CODES, to), R9);
  }

  private void masked(Register into, int from, int right, int mask) {
    a.load32(into, Memory.at(ROW, from));
    if (right > 0) {
      a.shiftRight(into, right);
    }
    a.and(into, mask);
  }

  /** Four bytes to places of their own. */
  private void bytes(Register from, IntUnaryOperator places) {
    for (int i = 0; i < Integer.BYTES; i++) {
      a.store8(Memory.at(SCALES, places.applyAsInt(i)), from);
      a.shiftRight(from, Byte.SIZE);
    }
  }

  /** Byte of a super-block's codes where a line of a block has this row's word. */
  private int line(int block, int line) {
    return (block * lines + line) * Integer.BYTES * lanes;
  }

  private byte[] finish(Label next, int size, int superBytes) {
    a.add(ROW, size);
    a.add(CODES, line(TileScales.BLOCKS_PER_SUPER, 0));
    a.add(SCALES, 2 * lanes * TileScales.BLOCKS_PER_SUPER);
    a.add(SUPERS, superBytes * lanes);
    a.sub(BLOCKS, TileScales.BLOCKS_PER_SUPER);
    a.jumpIfNotZero(next);
    a.ret();
    return a.bytes();
  }
}
