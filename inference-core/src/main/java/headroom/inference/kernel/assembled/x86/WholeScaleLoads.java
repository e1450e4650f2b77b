package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.assembler.x86.VectorWidth;
import headroom.inference.kernel.assembled.TileScales;

/** Writes instructions that bring scales and minimums of a tile's rows as the file has them. */
final class WholeScaleLoads {
  /** For VPSHUFB: the lower 16 bits of every lane, twice. */
  static final byte[] LOWER_HALVES = {0, 1, 0, 1, 4, 5, 4, 5, 8, 9, 8, 9, 12, 13, 12, 13};

  private final KernelWriter writer;
  private final Assembler a;
  private final TileScales.Whole scales;

  WholeScaleLoads(KernelWriter writer, TileScales.Whole scales) {
    this.writer = writer;
    this.a = writer.assembler();
    this.scales = scales;
  }

  /** Whole-numbered scales of one part as 16 bits, twice in each lane. */
  void scales(int part, TileRows rows, VectorRegister into) {
    switch (scales) {
      case TileScales.SuperAndMinimum _ -> a.emit(Op.VPMOVZXBD, into, rows.bytes(0));
      case TileScales.Super _ -> a.emit(Op.VPMOVSXBD, into, rows.bytes(part * rows.lanes()));
      case TileScales.NibblesAndMinimum _ -> {
        a.emit(Op.VPMOVZXBD, into, rows.bytes(part * rows.lanes()));
        a.emit(Op.VPAND, into, into, writer.constant(0x0F));
      }
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
  void minimums(int pair, TileRows rows, VectorRegister into) {
    int lanes = rows.lanes();
    int bytes = scales.bytes() * lanes;
    int end = TileScales.BLOCKS_PER_SUPER * bytes;
    switch (scales) {
      case TileScales.SuperAndMinimum _ -> {
        int low = 2 * pair * bytes + lanes - end;
        interleave(Op.VPMOVZXBW, rows, low, low + bytes, into);
      }
      case TileScales.Super _ -> {
        int low = pair * bytes - end;
        interleave(Op.VPMOVSXBW, rows, low, low + lanes, into);
      }
      case TileScales.NibblesAndMinimum _ -> {
        int low = pair * bytes - end;
        interleave(Op.VPMOVZXBW, rows, low, low + lanes, into);
        a.shift(Op.VPSRLW, into, into, 4);
      }
    }
  }

  /** Bytes of these rows from two places, as the halves of each lane. */
  private void interleave(Op widen, TileRows rows, int low, int high, VectorRegister into) {
    VectorRegister bytes = into.as(VectorWidth.XMM);
    a.emit(Op.VMOVDQU, bytes, rows.bytes(low));
    a.emit(Op.VPUNPCKLBW, bytes, bytes, rows.bytes(high));
    a.emit(widen, into, bytes);
  }
}
