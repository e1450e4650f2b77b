package headroom.inference.kernel.assembled.arm;

import headroom.inference.assembler.arm.Address;
import headroom.inference.assembler.arm.Assembler;
import headroom.inference.assembler.arm.Op;
import headroom.inference.assembler.arm.Register;
import headroom.inference.assembler.arm.VectorRegister;
import headroom.inference.assembler.arm.Width;
import headroom.inference.codec.CodeBooks;
import headroom.inference.kernel.assembled.CacheFormat;
import headroom.inference.kernel.assembled.CachedFormat;
import headroom.inference.kernel.assembled.RowFormat;

/** Writes instructions that make floats of rows, eight elements at a time, four in a register. */
final class CachedLoads {
  /** Registers of eight elements. */
  static final int HALVES = RowFormat.STEP / KernelWriter.LANES;

  /** What four-bit codes are moved up by in Q4_0. */
  private static final int Q4_0_OFFSET = 8;

  private final KernelWriter writer;
  private final Assembler a;
  private final CachedFormat format;
  private final VectorRegister mask;

  /** What codes stand for, or what is taken from them. */
  private final VectorRegister table;

  CachedLoads(KernelWriter writer, CachedFormat format) {
    this.writer = writer;
    this.a = writer.assembler();
    this.format = format;
    mask = writer.register();
    table = writer.register();
  }

  /** Brings what never changes, before the first block. */
  void prepare(Register constants) {
    a.movi(mask, 0x0F);
    if (format == CacheFormat.IQ4_NL) {
      writer.pointToConstants(constants);
      writer.load(table, constants, CodeBooks.iq4());
    } else {
      a.movi(table, Q4_0_OFFSET);
    }
  }

  /** A block's scale in the lowest lane, and its minimum in every lane, where it has them. */
  void scales(Register block, VectorRegister scale, VectorRegister minimum) {
    if (format.hasScale()) {
      a.load(Width.H, scale, Address.at(block, 0));
      a.fcvt(scale, scale);
    }
    if (format == CacheFormat.Q4_1) {
      a.load(Width.H, minimum, Address.at(block, Short.BYTES));
      a.fcvt(minimum, minimum);
      a.emit(Op.DUP, minimum, minimum.lane(0));
    }
  }

  /**
   * Eight elements of a block.
   *
   * @param eight 0 to 3
   */
  void floats(
      Register block,
      int eight,
      VectorRegister[] into,
      VectorRegister scale,
      VectorRegister minimum) {
    switch (format) {
      case RowFormat row -> load(a, row, into, block, eight * RowFormat.STEP * row.bytes());
      case CacheFormat codes -> {
        codes(codes, block, eight, into[0]);
        a.emit(Op.SSHLL_B, into[1], into[0], 0);
        a.emit(Op.SSHLL_H, into[0], into[1], 0);
        a.emit(Op.SSHLL2_H, into[1], into[1], 0);
        for (VectorRegister four : into) {
          a.emit(Op.SCVTF, four, four);
          a.emit(Op.FMUL_LANE, four, four, scale.lane(0));
          if (codes == CacheFormat.Q4_1) {
            a.emit(Op.FADD, four, four, minimum);
          }
        }
      }
    }
  }

  /** Eight codes as signed bytes. */
  private void codes(CacheFormat codes, Register block, int eight, VectorRegister into) {
    if (codes == CacheFormat.Q8_0) {
      a.load(Width.D, into, Address.at(block, Short.BYTES + eight * RowFormat.STEP));
      return;
    }
    // Sixteen bytes: elements 0-15 in their low halves, 16-31 in their high ones.
    int at = codes.blockBytes() - VectorRegister.BYTES + eight % 2 * RowFormat.STEP;
    a.load(Width.D, into, Address.at(block, at));
    if (eight < 2) {
      a.emit(Op.AND, into, into, mask);
    } else {
      a.emit(Op.USHR_B, into, into, 4);
    }
    switch (codes) {
      case Q4_0 -> a.emit(Op.SUB_B, into, into, table);
      case IQ4_NL -> a.emit(Op.TBL, into, table, into);
      case Q8_0, Q4_1 -> {}
    }
  }

  /** Eight elements of a row of floats. */
  static void load(
      Assembler a, RowFormat format, VectorRegister[] into, Register base, int offset) {
    VectorRegister lower = into[0];
    VectorRegister upper = into[1];
    a.load(Width.Q, lower, Address.at(base, offset));
    switch (format) {
      case F32 -> a.load(Width.Q, upper, Address.at(base, offset + VectorRegister.BYTES));
      case F16 -> {
        a.emit(Op.FCVTL2, upper, lower);
        a.emit(Op.FCVTL, lower, lower);
      }
      case BF16 -> { // the upper half of a float
        a.emit(Op.SHLL2, upper, lower);
        a.emit(Op.SHLL, lower, lower);
      }
    }
  }
}
