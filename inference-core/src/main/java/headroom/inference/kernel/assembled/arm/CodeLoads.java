package headroom.inference.kernel.assembled.arm;

import headroom.inference.assembler.arm.Address;
import headroom.inference.assembler.arm.Assembler;
import headroom.inference.assembler.arm.Op;
import headroom.inference.assembler.arm.Register;
import headroom.inference.assembler.arm.VectorRegister;
import headroom.inference.assembler.arm.Width;
import headroom.inference.kernel.assembled.TileCodes;

/**
 * Writes instructions that bring the codes of a tile as signed bytes, a quad of every row at a
 * time. A line that several quads share stays in its register while they are asked for in turn.
 */
final class CodeLoads {
  private static final int NOTHING = -1;

  private final KernelWriter writer;
  private final Assembler a;
  private final TileCodes codes;
  private final Register tile;

  /** A line as it lies in the tile, and which. */
  private final VectorRegister line;

  private int held = NOTHING;

  /** A line of further bits, and which; then those bits in their place. */
  private final VectorRegister further;

  private int heldFurther = NOTHING;
  private final VectorRegister bits;

  // What never changes.
  private final VectorRegister lowMask;
  private final VectorRegister furtherMask;
  private final VectorRegister table;

  /**
   * @param tile points to the block
   */
  CodeLoads(KernelWriter writer, TileCodes codes, Register tile) {
    this.writer = writer;
    this.a = writer.assembler();
    this.codes = codes;
    this.tile = tile;
    line = writer.register();
    further = writer.register();
    bits = writer.register();
    lowMask = writer.register();
    furtherMask = writer.register();
    table = furtherMask; // no format has both
  }

  /** Brings masks and tables, before the first block. */
  void prepare(Register constants) {
    switch (codes) {
      case TileCodes.Bytes bytes -> {}
      case TileCodes.Nibbles nibbles -> {
        a.movi(lowMask, 0x0F);
        a.movi(furtherMask, nibbles.largest() & 0xF0);
      }
      case TileCodes.Pairs pairs -> {
        a.movi(lowMask, 0x03);
        a.movi(furtherMask, 0x04);
      }
      case TileCodes.Table sixteen -> {
        a.movi(lowMask, 0x0F);
        writer.load(table, constants, sixteen.bytes());
      }
    }
  }

  /** To be called where a block begins: no register holds a line of it. */
  void startBlock() {
    held = NOTHING;
    heldFurther = NOTHING;
  }

  /** True where quad q and quad q + 4 share a line. */
  boolean sharesLines() {
    return codes instanceof TileCodes.Nibbles || codes instanceof TileCodes.Table;
  }

  /**
   * One quad.
   *
   * @param quad 0 to 7
   */
  void load(int quad, VectorRegister into) {
    switch (codes) {
      case TileCodes.Bytes bytes -> a.load(Width.Q, into, line(quad));
      case TileCodes.Nibbles nibbles -> {
        nibble(quad, into);
        if (nibbles.further() > 0) {
          int perLine = nibbles.quadsPerLine();
          furtherBits(4 + quad / perLine, 4 - nibbles.further() * (quad % perLine), into);
        }
      }
      case TileCodes.Pairs pairs -> {
        hold(quad / 4);
        a.emit(Op.AND, into, shifted(line, -2 * (quad % 4), into), lowMask);
        if (pairs.third()) {
          furtherBits(2, 2 - quad, into);
        }
      }
      case TileCodes.Table sixteen -> {
        nibble(quad, into);
        a.emit(Op.TBL, into, table, into);
      }
    }
  }

  private void nibble(int quad, VectorRegister into) {
    hold(quad % 4);
    if (quad < 4) {
      a.emit(Op.AND, into, line, lowMask);
    } else {
      a.emit(Op.USHR_B, into, line, 4); // byte by byte: nothing crosses over
    }
  }

  /** Adds the bits of a line of further bits, shifted to their place. */
  private void furtherBits(int fromLine, int left, VectorRegister into) {
    if (heldFurther != fromLine) {
      a.load(Width.Q, further, line(fromLine));
      heldFurther = fromLine;
    }
    a.emit(Op.AND, bits, shifted(further, left, bits), furtherMask);
    a.emit(Op.ORR, into, into, bits);
  }

  private void hold(int wanted) {
    if (held != wanted) {
      a.load(Width.Q, line, line(wanted));
      held = wanted;
    }
  }

  private Address line(int line) {
    return Address.at(tile, line * VectorRegister.BYTES);
  }

  /** Where the bytes are once they are shifted to the left, or to the right where negative. */
  private VectorRegister shifted(VectorRegister from, int left, VectorRegister into) {
    if (left == 0) {
      return from;
    }
    a.emit(left > 0 ? Op.SHL_B : Op.USHR_B, into, from, Math.abs(left));
    return into;
  }
}
