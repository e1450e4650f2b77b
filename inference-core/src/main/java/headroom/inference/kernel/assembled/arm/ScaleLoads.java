package headroom.inference.kernel.assembled.arm;

import headroom.inference.assembler.arm.Address;
import headroom.inference.assembler.arm.Assembler;
import headroom.inference.assembler.arm.Op;
import headroom.inference.assembler.arm.Register;
import headroom.inference.assembler.arm.VectorRegister;
import headroom.inference.kernel.assembled.TileScales;

/**
 * Writes instructions that bring scales and minimums of a tile's rows, one part of a block each.
 */
final class ScaleLoads {
  private static final int LANES = KernelWriter.LANES;

  private final KernelWriter writer;
  private final Assembler a;
  private final TileScales scales;

  /** Points to the block's entry of the first plane. */
  private final Register first;

  /** Points to the entry of the second plane, where there is one. */
  private final Register second;

  private final VectorRegister spare;

  /** What codes are moved up by, or what else scales are multiplied with, in every lane. */
  private final VectorRegister factor;

  ScaleLoads(KernelWriter writer, TileScales scales, Register first, Register second) {
    this.writer = writer;
    this.a = writer.assembler();
    this.scales = scales;
    this.first = first;
    this.second = second;
    spare = writer.register();
    factor = writer.register();
  }

  /** Brings what never changes, before the first block. */
  void prepare(Register constants) {
    switch (scales) {
      case TileScales.Half half -> writer.load(factor, constants, half.offset());
      case TileScales.Exponent exponent -> writer.load(factor, constants, 0.5f);
      case TileScales.Super one -> writer.load(factor, constants, one.offset());
      case TileScales.NibblesAndMinimum both -> a.movi(factor, 0x0F);
      case TileScales.HalfAndMinimum both -> {}
      case TileScales.SuperAndMinimum both -> {}
    }
  }

  /**
   * Scales and minimums as floats.
   *
   * @param part of the block: 0, or 1 where it has two
   */
  void load(int part, VectorRegister scale, VectorRegister minimum) {
    switch (scales) {
      case TileScales.Half half -> {
        writer.halves(scale, entry(0));
        moved(scale, minimum);
      }
      case TileScales.HalfAndMinimum both -> {
        writer.halves(scale, entry(0));
        writer.halves(minimum, entry(2 * LANES));
      }
      case TileScales.Exponent exponent -> {
        writer.bytes(scale, entry(0));
        a.emit(Op.SHL, scale, scale, 23); // the exponent's place in a float
        a.emit(Op.FMUL, scale, scale, factor); // half of it, for a table of doubled values
      }
      case TileScales.SuperAndMinimum both -> {
        writer.bytes(scale, entry(0));
        times(scale, 0);
        writer.bytes(minimum, entry(LANES));
        times(minimum, 1);
      }
      case TileScales.NibblesAndMinimum both -> {
        writer.bytes(scale, entry(part * LANES));
        a.emit(Op.USHR, minimum, scale, 4);
        a.emit(Op.AND, scale, scale, factor);
        times(scale, 0);
        times(minimum, 1);
      }
      case TileScales.Super one -> {
        writer.signedBytes(scale, entry(part * LANES));
        times(scale, 0);
        moved(scale, minimum);
      }
    }
  }

  /** The minimum of codes that were moved up. */
  private void moved(VectorRegister scale, VectorRegister minimum) {
    if (scales.hasMinimum()) {
      a.emit(Op.FMUL, minimum, scale, factor);
    }
  }

  /** Multiplies integers with the scales of scales, or with what follows: those of minimums. */
  private void times(VectorRegister small, int which) {
    a.emit(Op.SCVTF, small, small);
    writer.halves(spare, Address.at(second, 2 * which * LANES));
    a.emit(Op.FMUL, small, small, spare);
  }

  private Address entry(int at) {
    return Address.at(first, at);
  }
}
