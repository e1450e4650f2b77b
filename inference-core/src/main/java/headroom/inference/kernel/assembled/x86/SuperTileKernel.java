package headroom.inference.kernel.assembled.x86;

import static headroom.inference.kernel.assembled.x86.KernelWriter.CODES;
import static headroom.inference.kernel.assembled.x86.KernelWriter.COUNT;
import static headroom.inference.kernel.assembled.x86.KernelWriter.INNER;
import static headroom.inference.kernel.assembled.x86.KernelWriter.INPUT;
import static headroom.inference.kernel.assembled.x86.KernelWriter.OUT;
import static headroom.inference.kernel.assembled.x86.KernelWriter.SCALES;
import static headroom.inference.kernel.assembled.x86.KernelWriter.STRIDE;
import static headroom.inference.kernel.assembled.x86.KernelWriter.SUPERS;

import headroom.inference.assembler.Label;
import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.Register;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.PackedLayout;
import headroom.inference.kernel.assembled.Packing;
import headroom.inference.kernel.assembled.SuperLayout;
import headroom.inference.kernel.assembled.TileFormat;
import headroom.inference.kernel.assembled.TileScales;
import java.util.Arrays;
import java.util.List;

/**
 * Writes {@link Machine#product} for {@link Packing#SUPERS}: formats whose scales are small whole
 * numbers, by AVX2.
 *
 * <pre>
 *   for each super-block of 256 columns
 *     for each block of 32, for each part that has a scale of its own
 *       sum[t] += scale · Σ code · x[t]              whole numbers, a row per lane
 *     out[t] += scale_x[t] · (scale of scales · sum[t] - scale of minimums · Σ minimum · Σx[t])
 * </pre>
 *
 * <p>VPMADDWD multiplies with the scale where it adds neighbours anyway, so that it costs nothing;
 * floats come once in 256 columns.
 */
final class SuperTileKernel {
  private final TileFormat format;
  private final int tokens;
  private final KernelWriter writer;
  private final Assembler a;
  private final int vectors;
  private final List<TileCut> cuts;

  /** Quads of a part, all of whose products can be added in 16 bits or not. */
  private final int quads;

  private final boolean narrow;

  /** All there are: for products, and again for what makes floats of their sums. */
  private final VectorRegister[] r;

  private final VectorRegister[] products;
  private final VectorRegister[] codes;
  private final SmallProducts small;
  private final ScaleLoads scaleLoads;

  /** Whole-numbered sums of this super-block, by vector and token, and floats of those before. */
  private final StackVectors sums;

  private SuperTileKernel(TileFormat format, InstructionSet set, int tokens) {
    this.format = format;
    this.tokens = tokens;
    this.writer = new KernelWriter(set);
    this.a = writer.assembler();
    this.vectors = set.vectors();
    this.r = writer.registersIfFree(set.registers()).orElseThrow();
    this.quads = PackedLayout.QUADS / format.scales().parts();
    this.narrow = SmallProducts.quadsIn16Bits(format.codes()) >= quads;
    int together = narrow ? vectors : 1;
    int room = narrow ? 6 * vectors : PackedLayout.GROUP;
    this.cuts = TileCut.of(vectors, together, tokens, room / together);
    this.products = Arrays.copyOfRange(r, 0, room);
    this.codes = Arrays.copyOfRange(r, room, r.length - 2);
    this.small =
        new SmallProducts(
            writer, format.codes(), tokens, products, codes, r[r.length - 2], r[r.length - 1]);
    this.scaleLoads = new ScaleLoads(writer, r[r.length - 1]);
    this.sums = new StackVectors(writer, 2 * vectors * tokens);
  }

  /** True where scales are whole numbers and codes small enough to be multiplied unsigned. */
  static boolean serves(TileFormat format) {
    return !format.codes().signed()
        && switch (format.scales()) {
          case TileScales.SuperAndMinimum _ -> true;
          case TileScales.NibblesAndMinimum _ -> true;
          case TileScales.Super _ -> true;
          case TileScales.Half _ -> false;
          case TileScales.HalfAndMinimum _ -> false;
          case TileScales.Exponent _ -> false;
        };
  }

  /**
   * The machine code.
   *
   * @param tokens 1 to {@link PackedLayout#GROUP}
   */
  static byte[] assemble(TileFormat format, InstructionSet set, int tokens) {
    return new SuperTileKernel(format, set, tokens).assemble();
  }

  private byte[] assemble() {
    TileScales scales = format.scales();
    int lanes = writer.set().lanes();
    int codeBytes = format.codes().lines() * Integer.BYTES * lanes;
    int scaleBytes = scales.bytes() * lanes;

    a.add(OUT, Register.RCX);
    writer.loadConstants();
    a.imul(SCALES, COUNT, codeBytes);
    a.add(SCALES, CODES);
    a.imul(SUPERS, COUNT, scaleBytes);
    a.add(SUPERS, SCALES);
    sums.open();
    sums.clear(r[0]);

    Label superBlock = new Label();
    Label block = new Label();
    a.place(superBlock);
    a.mov(INNER, TileScales.BLOCKS_PER_SUPER);
    a.place(block);
    writer.prefetch(CODES, codeBytes);
    writer.prefetch(SCALES, scaleBytes);
    for (TileCut cut : cuts) {
      if (narrow) {
        addNarrow(cut);
      } else {
        addWide(cut);
      }
    }
    a.add(CODES, codeBytes);
    a.add(SCALES, scaleBytes);
    a.add(INPUT, PackedLayout.BLOCK * tokens);
    a.sub(INNER, 1);
    a.jumpIfNotZero(block);
    for (int vector = 0; vector < vectors; vector++) {
      toFloats(vector);
    }
    a.add(INPUT, SuperLayout.REST_BYTES * tokens);
    a.add(SUPERS, scales.superBytes() * lanes);
    a.sub(COUNT, TileScales.BLOCKS_PER_SUPER);
    a.jumpIfNotZero(superBlock);

    for (int t = 0; t < tokens; t++) {
      for (int vector = 0; vector < vectors; vector++) {
        a.emit(Op.VMOVUPS, r[0], sums.at(result(vector, t)));
        a.emit(Op.VMOVUPS_STORE, Memory.at(OUT, vector * writer.set().width().bytes()), r[0]);
      }
      a.add(OUT, STRIDE);
    }
    sums.close();
    a.vzeroupper();
    a.ret();
    return writer.finish();
  }

  /** sum += Σ scale · code · x over a block, by sums of 16 bits. */
  private void addNarrow(TileCut cut) {
    for (int part = 0; part < format.scales().parts(); part++) {
      small.narrow(cut, part * quads, quads);
      for (int v = 0; v < cut.vectors(); v++) {
        scaleLoads.loadWhole(format.scales(), part, cut.firstVector() + v, codes[v]);
        for (int t = 0; t < cut.tokens(); t++) {
          VectorRegister product = products[cut.index(v, t)];
          int at = sum(cut.firstVector() + v, cut.firstToken() + t);
          a.emit(Op.VPMADDWD, product, product, codes[v]);
          a.emit(Op.VPADDD, product, product, sums.at(at));
          sums.store(at, product);
        }
      }
    }
  }

  /** The same by sums of 32 bits, which stay in registers for a block. */
  private void addWide(TileCut cut) {
    VectorRegister scale = codes[codes.length - 1];
    for (int t = 0; t < cut.tokens(); t++) {
      a.emit(Op.VMOVDQU, products[t], sums.at(sum(cut.firstVector(), cut.firstToken() + t)));
    }
    int step = SmallProducts.quadsIn16Bits(format.codes());
    for (int quad = 0; quad < PackedLayout.QUADS; quad += step) {
      if (quad % quads == 0) {
        scaleLoads.loadWhole(format.scales(), quad / quads, cut.firstVector(), scale);
      }
      small.few(cut, quad, scale);
    }
    for (int t = 0; t < cut.tokens(); t++) {
      sums.store(sum(cut.firstVector(), cut.firstToken() + t), products[t]);
    }
  }

  private int sum(int vector, int token) {
    return vector * tokens + token;
  }

  private int result(int vector, int token) {
    return (vectors + vector) * tokens + token;
  }

  /** Takes the sums of the super-block that just ended into the results, and clears them. */
  private void toFloats(int vector) {
    TileScales scales = format.scales();
    boolean halves = scales.parts() == 2;
    int pairs = halves ? TileScales.BLOCKS_PER_SUPER : TileScales.BLOCKS_PER_SUPER / 2;
    VectorRegister scale = r[pairs];
    VectorRegister scaleOfMinimums = r[pairs + 1];
    VectorRegister minimum = r[pairs + 2];
    VectorRegister sum = r[pairs + 3];
    VectorRegister x = r[pairs + 4];
    VectorRegister zero = r[pairs + 5];
    for (int pair = 0; pair < pairs; pair++) {
      scaleLoads.loadMinimums(scales, pair, vector, r[pair]);
    }
    scaleLoads.loadSuper(0, vector, scale);
    boolean shared = scales instanceof TileScales.Super;
    if (!shared) {
      scaleLoads.loadSuper(1, vector, scaleOfMinimums);
    }
    writer.zero(zero);
    for (int t = 0; t < tokens; t++) {
      for (int pair = 0; pair < pairs; pair++) {
        VectorRegister into = pair == 0 ? minimum : x;
        int at =
            halves ? SuperLayout.halvesAt(pair, t, tokens) : SuperLayout.wholesAt(pair, t, tokens);
        a.emit(Op.VPBROADCASTD, into, Memory.at(INPUT, at));
        a.emit(Op.VPMADDWD, into, into, r[pair]);
        if (pair > 0) {
          a.emit(Op.VPADDD, minimum, minimum, x);
        }
      }
      a.emit(Op.VBROADCASTSS, x, Memory.at(INPUT, SuperLayout.scaleAt(t, tokens)));
      if (scales instanceof TileScales.Super one) {
        a.shift(Op.VPSLLD, minimum, minimum, Integer.numberOfTrailingZeros(one.offset()));
        a.emit(Op.VMOVDQU, sum, sums.at(sum(vector, t)));
        a.emit(Op.VPSUBD, sum, sum, minimum);
        a.emit(Op.VCVTDQ2PS, sum, sum);
        a.emit(Op.VMULPS, x, x, scale);
        a.emit(Op.VFMADD213PS, sum, x, sums.at(result(vector, t)));
      } else {
        a.emit(Op.VCVTDQ2PS, sum, sums.at(sum(vector, t)));
        a.emit(Op.VCVTDQ2PS, minimum, minimum);
        a.emit(Op.VMULPS, sum, sum, scale);
        a.emit(Op.VMULPS, minimum, minimum, scaleOfMinimums);
        a.emit(Op.VSUBPS, sum, sum, minimum);
        a.emit(Op.VFMADD213PS, sum, x, sums.at(result(vector, t)));
      }
      sums.store(result(vector, t), sum);
      sums.store(sum(vector, t), zero);
    }
  }
}
