package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.kernel.assembled.TileCodes;

/** Writes instructions that bring the codes of a tile as bytes, a quad of every row at a time. */
final class CodeLoads {
  private final KernelWriter writer;
  private final Assembler a;
  private final VectorRegister spare;

  /** Whose rows are being loaded. */
  private int vector;

  /**
   * @param spare a register that they may use
   */
  CodeLoads(KernelWriter writer, VectorRegister spare) {
    this.writer = writer;
    this.a = writer.assembler();
    this.spare = spare;
  }

  /**
   * One quad of the rows of one vector.
   *
   * @param quad 0 to 7
   */
  void load(TileCodes codes, int quad, int vector, VectorRegister into) {
    this.vector = vector;
    switch (codes) {
      case TileCodes.Bytes bytes -> a.emit(Op.VMOVDQU, into, line(quad));
      case TileCodes.Nibbles nibbles -> load(nibbles, quad, into);
      case TileCodes.Pairs pairs -> load(pairs, quad, into);
      case TileCodes.Table table -> load(table, quad, into);
    }
  }

  private void load(TileCodes.Nibbles codes, int quad, VectorRegister into) {
    nibble(quad, into);
    if (codes.further() > 0) {
      a.emit(Op.VMOVDQU, spare, line(4 + quad / codes.quadsPerLine()));
      shift(spare, 4 - codes.further() * (quad % codes.quadsPerLine()));
      a.emit(Op.VPAND, spare, spare, writer.bytes(codes.largest() & 0xF0));
      a.emit(Op.VPOR, into, into, spare);
    }
  }

  private void nibble(int quad, VectorRegister into) {
    a.emit(Op.VMOVDQU, into, line(quad % 4));
    if (quad >= 4) {
      shift(into, -4);
    }
    a.emit(Op.VPAND, into, into, writer.bytes(0x0F));
  }

  private void load(TileCodes.Pairs codes, int quad, VectorRegister into) {
    a.emit(Op.VMOVDQU, into, line(quad / 4));
    shift(into, -2 * (quad % 4));
    a.emit(Op.VPAND, into, into, writer.bytes(0x03));
    if (codes.third()) {
      a.emit(Op.VMOVDQU, spare, line(2));
      shift(spare, 2 - quad);
      a.emit(Op.VPAND, spare, spare, writer.bytes(0x04));
      a.emit(Op.VPOR, into, into, spare);
    }
  }

  private void load(TileCodes.Table codes, int quad, VectorRegister into) {
    nibble(quad, into);
    a.emit(Op.VMOVDQU, spare, writer.table(codes.bytes()));
    a.emit(Op.VPSHUFB, into, spare, into);
  }

  private Memory line(int line) {
    return Memory.at(
        KernelWriter.CODES,
        (line * writer.set().vectors() + vector) * writer.set().width().bytes());
  }

  /** Shifts bytes to the left, or to the right where negative; bits cross over into neighbours. */
  private void shift(VectorRegister into, int left) {
    if (left > 0) {
      a.shift(Op.VPSLLW, into, into, left);
    } else if (left < 0) {
      a.shift(Op.VPSRLW, into, into, -left);
    }
  }
}
