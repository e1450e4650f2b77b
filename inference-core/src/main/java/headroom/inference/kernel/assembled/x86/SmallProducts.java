package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.Operand;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.kernel.assembled.PackedLayout;
import headroom.inference.kernel.assembled.TileCodes;

/**
 * Writes how AVX2 multiplies codes that are small: VPMADDUBSW leaves sums of two products in 16
 * bits, and several of those can be added there before VPMADDWD takes them to 32.
 */
final class SmallProducts {
  private final InstructionSet set;
  private final Assembler a;
  private final TileCodes format;
  private final int tokens;
  private final VectorRegister[] sums;
  private final VectorRegister[] codes;
  private final VectorRegister product;
  private final VectorRegister x;
  private final CodeLoads codeLoads;

  /**
   * @param tokens of the group
   * @param sums by vector and token of a cut
   * @param codes one for each vector of a cut, or {@link #quadsIn16Bits} for one vector
   */
  SmallProducts(
      KernelWriter writer,
      TileCodes format,
      int tokens,
      VectorRegister[] sums,
      VectorRegister[] codes,
      VectorRegister product,
      VectorRegister x,
      HeldLines held) {
    this.set = writer.set();
    this.a = writer.assembler();
    this.format = format;
    this.tokens = tokens;
    this.sums = sums;
    this.codes = codes;
    this.product = product;
    this.x = x;
    this.codeLoads = new CodeLoads(writer, product, held);
  }

  /** So many sums of two products fit into 16 bits; activations go from -127 to 127. */
  static int quadsIn16Bits(TileCodes format) {
    return Integer.highestOneBit(Short.MAX_VALUE / (2 * 127 * format.largest()));
  }

  /** sums = Σ code · x over the quads, two numbers of 16 bits in each lane. */
  void narrow(TileCut cut, int firstQuad, int quads) {
    int[] order = CodeLoads.order(format, 1);
    for (int i = firstQuad; i < firstQuad + quads; i++) {
      int quad = quads == PackedLayout.QUADS ? order[i] : i;
      for (int v = 0; v < cut.vectors(); v++) {
        codeLoads.load(format, quad, rows(cut, v), codes[v]);
      }
      for (int t = 0; t < cut.tokens(); t++) {
        a.emit(Op.VPBROADCASTD, x, quad(cut, quad, t));
        for (int v = 0; v < cut.vectors(); v++) {
          VectorRegister sum = sums[cut.index(v, t)];
          if (i == firstQuad) {
            a.emit(Op.VPMADDUBSW, sum, codes[v], x);
          } else {
            VectorRegister p = v + 1 < cut.vectors() ? product : x; // the last may overwrite it
            a.emit(Op.VPMADDUBSW, p, codes[v], x);
            a.emit(Op.VPADDW, sum, sum, p);
          }
        }
      }
    }
  }

  /** sums += factor · Σ code · x over as many quads as fit into 16 bits, of one vector. */
  void few(TileCut cut, int firstQuad, Operand factor) {
    int count = quadsIn16Bits(format);
    for (int i = 0; i < count; i++) {
      codeLoads.load(format, firstQuad + i, rows(cut, 0), codes[i]);
    }
    for (int t = 0; t < cut.tokens(); t++) {
      for (int i = 0; i < count; i++) {
        VectorRegister p = i == 0 ? product : x;
        a.emit(Op.VPBROADCASTD, p, quad(cut, firstQuad + i, t));
        a.emit(Op.VPMADDUBSW, p, codes[i], p);
        if (i > 0) {
          a.emit(Op.VPADDW, product, product, p);
        }
      }
      a.emit(Op.VPMADDWD, product, product, factor);
      a.emit(Op.VPADDD, sums[t], sums[t], product);
    }
  }

  private TileRows rows(TileCut cut, int vector) {
    return set.rows(cut.firstVector() + vector);
  }

  private Memory quad(TileCut cut, int quad, int token) {
    return Memory.at(
        KernelWriter.INPUT, PackedLayout.quadAt(quad, cut.firstToken() + token, tokens));
  }
}
