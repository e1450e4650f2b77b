package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.kernel.assembled.TileScales;

/**
 * Writes instructions that bring scales and minimums of a tile's rows as floats, one part of a
 * block each.
 */
final class ScaleLoads {
  private final KernelWriter writer;
  private final Assembler a;

  /** That of the products, which are all added by now. */
  private final VectorRegister spare;

  /**
   * @param spare a register that they may use
   */
  ScaleLoads(KernelWriter writer, VectorRegister spare) {
    this.writer = writer;
    this.a = writer.assembler();
    this.spare = spare;
  }

  /**
   * Scales and minimums of these rows as floats.
   *
   * @param part of the block: 0, or 1 where it has two
   */
  void load(
      TileScales scales, int part, TileRows rows, VectorRegister scale, VectorRegister minimum) {
    int lanes = rows.lanes();
    switch (scales) {
      case TileScales.Half half -> {
        writer.halves(scale, rows.halves(0));
        moved(half.offset(), scale, minimum);
      }
      case TileScales.HalfAndMinimum _ -> {
        writer.halves(scale, rows.halves(0));
        writer.halves(minimum, rows.halves(1));
      }
      case TileScales.Exponent exponent -> {
        a.emit(Op.VPMOVZXBD, scale, rows.bytes(0));
        a.shift(Op.VPSLLD, scale, scale, 23); // the exponent's place in a float
        a.emit(Op.VMULPS, scale, scale, writer.floats(0.5f));
        moved(exponent.offset(), scale, minimum);
      }
      case TileScales.SuperAndMinimum _ -> {
        writer.bytesToFloats(Op.VPMOVZXBD, scale, rows.bytes(0));
        times(rows, scale, 0, minimum);
        writer.bytesToFloats(Op.VPMOVZXBD, minimum, rows.bytes(lanes));
        times(rows, minimum, 1, spare);
      }
      case TileScales.NibblesAndMinimum _ -> {
        a.emit(Op.VPMOVZXBD, scale, rows.bytes(part * lanes));
        a.shift(Op.VPSRLD, minimum, scale, 4);
        a.emit(Op.VPAND, scale, scale, writer.constant(0x0F));
        a.emit(Op.VCVTDQ2PS, scale, scale);
        a.emit(Op.VCVTDQ2PS, minimum, minimum);
        times(rows, scale, 0, spare);
        times(rows, minimum, 1, spare);
      }
      case TileScales.Super one -> {
        writer.bytesToFloats(Op.VPMOVSXBD, scale, rows.bytes(part * lanes));
        times(rows, scale, 0, minimum);
        moved(one.offset(), scale, minimum);
      }
    }
  }

  /** The minimum of codes that were moved up. */
  private void moved(int offset, VectorRegister scale, VectorRegister minimum) {
    if (offset != 0) {
      a.emit(Op.VMULPS, minimum, scale, writer.floats(offset));
    }
  }

  /** Multiplies with the scales of scales, or with what follows them: those of minimums. */
  private void times(TileRows rows, VectorRegister small, int which, VectorRegister temporary) {
    writer.halves(temporary, rows.supers(which));
    a.emit(Op.VMULPS, small, small, temporary);
  }
}
