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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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
  /** Tokens whose sums fit into registers beside two vectors of codes. */
  private static final int MOST_NARROW = 6;

  private final TileFormat format;
  private final int tiles;
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
  private final HeldLines held;
  private final SmallProducts small;
  private final TileScales.Whole scales;
  private final WholeScaleLoads scaleLoads;

  /** Whole-numbered sums of this super-block, by vector and token, and floats of those before. */
  private final StackVectors sums;

  private SuperTileKernel(TileFormat format, InstructionSet set, int tiles, int tokens) {
    this.format = format;
    this.tokens = tokens;
    this.writer = new KernelWriter(set);
    this.a = writer.assembler();
    this.tiles = tiles;
    this.vectors = tiles * set.vectors();
    this.r = writer.registersIfFree(set.registers()).orElseThrow();
    this.quads = PackedLayout.QUADS / format.scales().parts();
    this.narrow = SmallProducts.quadsIn16Bits(format.codes()) >= quads;
    int together = narrow ? set.vectors() : 1;
    int room = narrow ? MOST_NARROW * together : PackedLayout.GROUP;
    this.cuts = TileCut.of(vectors, together, tokens, room / together);
    this.products = Arrays.copyOfRange(r, 0, room);
    this.codes = Arrays.copyOfRange(r, room, r.length - 2);
    this.scales = scales(format).orElseThrow();
    List<VectorRegister> spare = spare();
    keepConstants(spare);
    this.held = new HeldLines(writer, spare);
    this.small =
        new SmallProducts(
            writer,
            format.codes(),
            tokens,
            products,
            codes,
            r[r.length - 2],
            r[r.length - 1],
            held);
    this.scaleLoads = new WholeScaleLoads(writer, scales);
    this.sums = new StackVectors(writer, 2 * vectors * tokens);
  }

  /** Scales that this serves: whole numbers, of codes small enough to be multiplied unsigned. */
  static Optional<TileScales.Whole> scales(TileFormat format) {
    return format.scales() instanceof TileScales.Whole whole && !format.codes().signed()
        ? Optional.of(whole)
        : Optional.empty();
  }

  /**
   * The machine code.
   *
   * @param tiles 1, or 2 with one token
   * @param tokens 1 to {@link PackedLayout#GROUP}
   */
  static byte[] assemble(TileFormat format, InstructionSet set, int tiles, int tokens) {
    return new SuperTileKernel(format, set, tiles, tokens).assemble();
  }

  private byte[] assemble() {
    int lanes = writer.set().lanes();
    int codeBytes = format.codes().lines() * Integer.BYTES * lanes;
    int scaleBytes = scales.bytes() * lanes;

    if (tiles > 1) {
      writer.openPair();
    }
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
    writer.loadKept(); // what makes floats takes all registers
    a.mov(INNER, TileScales.BLOCKS_PER_SUPER);
    a.place(block);
    held.forget();
    if (tiles == 1) {
      writer.prefetch(CODES, codeBytes);
      writer.prefetch(SCALES, scaleBytes);
    } else {
      writer.prefetchPair(codeBytes, scaleBytes);
    }
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
    if (tiles > 1) {
      writer.closePair();
    }
    a.vzeroupper();
    a.ret();
    return writer.finish();
  }

  /** Registers that no cut needs. */
  private List<VectorRegister> spare() {
    int used = cuts.getFirst().vectors() * cuts.getFirst().tokens();
    List<VectorRegister> spare = new ArrayList<>(List.of(products).subList(used, products.length));
    if (!narrow) { // the last hold scales
      int together = SmallProducts.quadsIn16Bits(format.codes());
      spare.addAll(List.of(codes).subList(together, codes.length - scales.parts()));
    }
    return spare;
  }

  /** As many as there are registers, which are taken out of the list. */
  private void keepConstants(List<VectorRegister> spare) {
    List<byte[]> constants = new ArrayList<>(CodeLoads.constants(format.codes()));
    constants.add(WholeScaleLoads.LOWER_HALVES);
    for (byte[] constant : constants) {
      if (!spare.isEmpty()) {
        writer.keep(constant, spare.removeFirst());
      }
    }
  }

  /** sum += Σ scale · code · x over a block, by sums of 16 bits. */
  private void addNarrow(TileCut cut) {
    for (int part = 0; part < scales.parts(); part++) {
      small.narrow(cut, part * quads, quads);
      for (int v = 0; v < cut.vectors(); v++) {
        scaleLoads.scales(part, rows(cut.firstVector() + v), codes[v]);
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
    VectorRegister[] scale = Arrays.copyOfRange(codes, codes.length - scales.parts(), codes.length);
    for (int t = 0; t < cut.tokens(); t++) {
      a.emit(Op.VMOVDQU, products[t], sums.at(sum(cut.firstVector(), cut.firstToken() + t)));
    }
    for (int part = 0; part < scales.parts(); part++) {
      scaleLoads.scales(part, rows(cut.firstVector()), scale[part]);
    }
    int step = SmallProducts.quadsIn16Bits(format.codes());
    int[] order = CodeLoads.order(format.codes(), step);
    for (int i = 0; i < PackedLayout.QUADS; i += step) {
      small.few(cut, order[i], scale[order[i] / quads]);
    }
    for (int t = 0; t < cut.tokens(); t++) {
      sums.store(sum(cut.firstVector(), cut.firstToken() + t), products[t]);
    }
  }

  private TileRows rows(int vector) {
    return writer.set().rows(vector);
  }

  private int sum(int vector, int token) {
    return vector * tokens + token;
  }

  private int result(int vector, int token) {
    return (vectors + vector) * tokens + token;
  }

  /** Takes the sums of the super-block that just ended into the results, and clears them. */
  private void toFloats(int vector) {
    boolean halves = scales.parts() == 2;
    int pairs = halves ? TileScales.BLOCKS_PER_SUPER : TileScales.BLOCKS_PER_SUPER / 2;
    VectorRegister scale = r[pairs];
    VectorRegister scaleOfMinimums = r[pairs + 1];
    VectorRegister minimum = r[pairs + 2];
    VectorRegister sum = r[pairs + 3];
    VectorRegister x = r[pairs + 4];
    VectorRegister zero = r[pairs + 5];
    for (int pair = 0; pair < pairs; pair++) {
      scaleLoads.minimums(pair, rows(vector), r[pair]);
    }
    writer.halves(scale, rows(vector).supers(0));
    boolean shared = scales instanceof TileScales.Super;
    if (!shared) {
      writer.halves(scaleOfMinimums, rows(vector).supers(1));
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
