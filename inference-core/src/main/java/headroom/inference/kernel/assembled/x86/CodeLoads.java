package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.Operand;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.kernel.assembled.PackedLayout;
import headroom.inference.kernel.assembled.TileCodes;
import java.util.List;

/** Writes instructions that bring the codes of a tile as bytes, a quad of every row at a time. */
final class CodeLoads {
  private static final byte[] LOWER = KernelWriter.everyByte(0x0F);
  private static final byte[] LOWEST = KernelWriter.everyByte(0x03);
  private static final byte[] THIRD = KernelWriter.everyByte(0x04);

  private final KernelWriter writer;
  private final Assembler a;
  private final VectorRegister spare;
  private final HeldLines held;

  /**
   * @param spare a register that they may use
   * @param held registers for lines that several quads are taken from
   */
  CodeLoads(KernelWriter writer, VectorRegister spare, HeldLines held) {
    this.writer = writer;
    this.a = writer.assembler();
    this.spare = spare;
    this.held = held;
  }

  /** What loads of such codes use over and over, most used first. */
  static List<byte[]> constants(TileCodes codes) {
    return switch (codes) {
      case TileCodes.Bytes _ -> List.of();
      case TileCodes.Nibbles nibbles ->
          nibbles.further() == 0
              ? List.of(LOWER)
              : List.of(LOWER, KernelWriter.everyByte(nibbles.largest() & 0xF0));
      case TileCodes.Pairs pairs -> pairs.third() ? List.of(LOWEST, THIRD) : List.of(LOWEST);
      case TileCodes.Table table -> List.of(LOWER, table.bytes());
    };
  }

  /**
   * The quads of a whole block in an order in which those that share a line follow each other.
   *
   * @param together neighbours that stay so: a power of two
   */
  static int[] order(TileCodes codes, int together) {
    boolean nibbles = codes instanceof TileCodes.Nibbles || codes instanceof TileCodes.Table;
    int half = PackedLayout.QUADS / 2;
    int[] order = new int[PackedLayout.QUADS];
    for (int i = 0; i < order.length; i++) {
      int run = i / together;
      int inHalf = run / 2 * together + i % together;
      order[i] = nibbles ? run % 2 * half + inHalf : i;
    }
    return order;
  }

  /**
   * One quad of these rows.
   *
   * @param quad 0 to 7
   */
  void load(TileCodes codes, int quad, TileRows rows, VectorRegister into) {
    switch (codes) {
      case TileCodes.Bytes _ -> a.emit(Op.VMOVDQU, into, rows.codes(quad));
      case TileCodes.Nibbles nibbles -> load(nibbles, quad, rows, into);
      case TileCodes.Pairs pairs -> load(pairs, quad, rows, into);
      case TileCodes.Table table -> load(table, quad, rows, into);
    }
  }

  private void load(TileCodes.Nibbles codes, int quad, TileRows rows, VectorRegister into) {
    nibble(quad, rows, into);
    if (codes.further() > 0) {
      int line = 4 + quad / codes.quadsPerLine();
      int left = 4 - codes.further() * (quad % codes.quadsPerLine());
      bits(rows, line, left, KernelWriter.everyByte(codes.largest() & 0xF0), spare);
      a.emit(Op.VPOR, into, into, spare);
    }
  }

  private void nibble(int quad, TileRows rows, VectorRegister into) {
    bits(rows, quad % 4, quad < 4 ? 0 : -4, LOWER, into);
  }

  private void load(TileCodes.Pairs codes, int quad, TileRows rows, VectorRegister into) {
    bits(rows, quad / 4, -2 * (quad % 4), LOWEST, into);
    if (codes.third()) {
      bits(rows, 2, 2 - quad, THIRD, spare);
      a.emit(Op.VPOR, into, into, spare);
    }
  }

  private void load(TileCodes.Table codes, int quad, TileRows rows, VectorRegister into) {
    nibble(quad, rows, into);
    Operand values = writer.table(codes.bytes());
    if (values instanceof VectorRegister register) {
      a.emit(Op.VPSHUFB, into, register, into);
    } else {
      a.emit(Op.VMOVDQU, spare, values);
      a.emit(Op.VPSHUFB, into, spare, into);
    }
  }

  /**
   * Some bits of every byte of a line.
   *
   * @param left bits that they are shifted to the left, or to the right where negative; what
   *     crosses over into neighbours the mask takes away
   */
  private void bits(TileRows rows, int line, int left, byte[] mask, VectorRegister into) {
    VectorRegister from = held.line(rows, line, into);
    if (left > 0) {
      a.shift(Op.VPSLLW, into, from, left);
    } else if (left < 0) {
      a.shift(Op.VPSRLW, into, from, -left);
    }
    a.emit(Op.VPAND, into, left == 0 ? from : into, writer.table(mask));
  }
}
