package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.assembler.x86.VectorWidth;
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

  /** The first of the rows that are being loaded. */
  private int first;

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
   * Scales and minimums of one vector's rows as floats.
   *
   * @param part of the block: 0, or 1 where it has two
   */
  void load(TileScales scales, int part, int vector, VectorRegister scale, VectorRegister minimum) {
    this.first = vector * writer.set().width().lanes();
    switch (scales) {
      case TileScales.Half half -> {
        writer.halves(scale, halves(0));
        moved(half.offset(), scale, minimum);
      }
      case TileScales.HalfAndMinimum both -> {
        writer.halves(scale, halves(0));
        writer.halves(minimum, halves(1));
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

  /** Whole-numbered scales of one part as 16 bits, twice in each lane. */
  void loadWhole(TileScales scales, int part, int vector, VectorRegister into) {
    this.first = vector * writer.set().width().lanes();
    switch (scales) {
      case TileScales.SuperAndMinimum _ -> a.emit(Op.VPMOVZXBD, into, entry(0));
      case TileScales.Super _ -> a.emit(Op.VPMOVSXBD, into, entry(part * lanes));
      case TileScales.NibblesAndMinimum _ -> {
        a.emit(Op.VPMOVZXBD, into, entry(part * lanes));
        a.emit(Op.VPAND, into, into, writer.constant(0x0F));
      }
      case TileScales.Half _, TileScales.HalfAndMinimum _, TileScales.Exponent _ ->
          throw new IllegalArgumentException("%s has no whole-numbered scales".formatted(scales));
    }
    a.emit(Op.VPSHUFB, into, into, writer.table(LOWER_HALVES));
  }

  /**
   * Whole-numbered minimums as 16 bits, a pair in each lane: of the two halves of a block, or,
   * where a block has one, of two blocks. They are read behind a super-block: of the entries just
   * passed.
   *
   * @param pair of the super-block: the number of a block, or of two
   */
  void loadMinimums(TileScales scales, int pair, int vector, VectorRegister into) {
    this.first = vector * writer.set().width().lanes();
    int bytes = scales.bytes() * lanes;
    int end = TileScales.BLOCKS_PER_SUPER * bytes;
    switch (scales) {
      case TileScales.SuperAndMinimum _ -> {
        int low = 2 * pair * bytes + lanes - end;
        interleave(Op.VPMOVZXBW, low, low + bytes, into);
      }
      case TileScales.Super _ -> {
        int low = pair * bytes - end;
        interleave(Op.VPMOVSXBW, low, low + lanes, into);
      }
      case TileScales.NibblesAndMinimum _ -> {
        int low = pair * bytes - end;
        interleave(Op.VPMOVZXBW, low, low + lanes, into);
        a.shift(Op.VPSRLW, into, into, 4);
      }
      case TileScales.Half _, TileScales.HalfAndMinimum _, TileScales.Exponent _ ->
          throw new IllegalArgumentException("%s has no whole-numbered scales".formatted(scales));
    }
  }

  /** Bytes of these rows from two places, as the halves of each lane. */
  private void interleave(Op widen, int low, int high, VectorRegister into) {
    VectorRegister bytes = into.as(VectorWidth.XMM);
    a.emit(Op.VMOVDQU, bytes, entry(low));
    a.emit(Op.VPUNPCKLBW, bytes, bytes, entry(high));
    a.emit(widen, into, bytes);
  }

  /**
   * Scales of scales as floats.
   *
   * @param which 0, or 1 for those of minimums
   */
  void loadSuper(int which, int vector, VectorRegister into) {
    this.first = vector * writer.set().width().lanes();
    writer.halves(into, Memory.at(KernelWriter.SUPERS, Short.BYTES * (which * lanes + first)));
  }

  /** The minimum of codes that were moved up. */
  private void moved(int offset, VectorRegister scale, VectorRegister minimum) {
    if (offset != 0) {
      a.emit(Op.VMULPS, minimum, scale, writer.floats(offset));
    }
  }

  /** Multiplies with the scales of scales, or with what follows them: those of minimums. */
  private void times(VectorRegister small, int which, VectorRegister temporary) {
    writer.halves(temporary, Memory.at(KernelWriter.SUPERS, Short.BYTES * (which * lanes + first)));
    a.emit(Op.VMULPS, small, small, temporary);
  }

  /** Bytes of these rows in a block's entry. */
  private Memory entry(int at) {
    return Memory.at(KernelWriter.SCALES, at + first);
  }

  /** Halves of these rows in a block's entry. */
  private Memory halves(int which) {
    return Memory.at(KernelWriter.SCALES, Short.BYTES * (which * lanes + first));
  }
}
