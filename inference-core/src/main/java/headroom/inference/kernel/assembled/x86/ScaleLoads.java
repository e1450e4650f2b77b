package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.kernel.assembled.TileScales;

/**
 * Writes instructions that bring scales and minimums of a tile's rows, one part of a block each.
 */
final class ScaleLoads {
  /** For VPSHUFB: the lower 16 bits of every lane, twice. */
  private static final byte[] LOWER_HALVES = {0, 1, 0, 1, 4, 5, 4, 5, 8, 9, 8, 9, 12, 13, 12, 13};

  private final KernelWriter writer;
  private final Assembler a;
  private final int lanes;

  /** That of the products, which are all added by now. */
  private final VectorRegister spare;

  /**
   * @param spare a register that they may use
   */
  ScaleLoads(KernelWriter writer, VectorRegister spare) {
    this.writer = writer;
    this.a = writer.assembler();
    this.lanes = writer.set().lanes();
    this.spare = spare;
  }

  /**
   * Scales and minimums as floats.
   *
   * @param part of the block: 0, or 1 where it has two
   */
  void load(TileScales scales, int part, VectorRegister scale, VectorRegister minimum) {
    switch (scales) {
      case TileScales.Half half -> {
        writer.halves(scale, entry(0));
        moved(half.offset(), scale, minimum);
      }
      case TileScales.HalfAndMinimum both -> {
        writer.halves(scale, entry(0));
        writer.halves(minimum, entry(2 * lanes));
      }
      case TileScales.Exponent exponent -> {
        a.emit(Op.VPMOVZXBD, scale, entry(0));
        a.shift(Op.VPSLLD, scale, scale, 23); // the exponent's place in a float
        a.emit(Op.VMULPS, scale, scale, writer.floats(0.5f));
        moved(exponent.offset(), scale, minimum);
      }
      case TileScales.SuperAndMinimum both -> {
        writer.bytesToFloats(Op.VPMOVZXBD, scale, entry(0));
        times(scale, 0, minimum);
        writer.bytesToFloats(Op.VPMOVZXBD, minimum, entry(lanes));
        times(minimum, 1, spare);
      }
      case TileScales.NibblesAndMinimum both -> {
        a.emit(Op.VPMOVZXBD, scale, entry(part * lanes));
        a.shift(Op.VPSRLD, minimum, scale, 4);
        a.emit(Op.VPAND, scale, scale, writer.constant(0x0F));
        a.emit(Op.VCVTDQ2PS, scale, scale);
        a.emit(Op.VCVTDQ2PS, minimum, minimum);
        times(scale, 0, spare);
        times(minimum, 1, spare);
      }
      case TileScales.Super one -> {
        writer.bytesToFloats(Op.VPMOVSXBD, scale, entry(part * lanes));
        times(scale, 0, minimum);
        moved(one.offset(), scale, minimum);
      }
    }
  }

  /** The bytes of one part as 16 bits, twice in each lane. */
  void loadWhole(int part, VectorRegister into) {
    a.emit(Op.VPMOVSXBD, into, entry(part * lanes));
    a.emit(Op.VPSHUFB, into, into, writer.table(LOWER_HALVES));
  }

  /** The minimum of codes that were moved up. */
  private void moved(int offset, VectorRegister scale, VectorRegister minimum) {
    if (offset != 0) {
      a.emit(Op.VMULPS, minimum, scale, writer.floats(offset));
    }
  }

  /** Multiplies with the scales of scales, or with what follows them: those of minimums. */
  private void times(VectorRegister small, int which, VectorRegister temporary) {
    writer.halves(temporary, Memory.at(KernelWriter.SUPERS, 2 * which * lanes));
    a.emit(Op.VMULPS, small, small, temporary);
  }

  private static Memory entry(int at) {
    return Memory.at(KernelWriter.SCALES, at);
  }
}
