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
import headroom.inference.assembler.x86.Operand;
import headroom.inference.assembler.x86.Register;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.PackedLayout;
import headroom.inference.kernel.assembled.Packing;
import headroom.inference.kernel.assembled.TileCodes;
import headroom.inference.kernel.assembled.TileFormat;
import headroom.inference.kernel.assembled.TileScales;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes {@link Machine#product} for {@link Packing#BLOCKS}.
 *
 * <p>Everything inside a block is unrolled, for every cut of rows and tokens; only blocks are a
 * loop.
 */
final class TileKernel {
  private static final byte[] ONES = KernelWriter.everyLane(0x00010001);

  private final TileFormat format;
  private final TileCodes codeFormat;
  private final int tiles;
  private final int tokens;
  private final KernelWriter writer;
  private final Assembler a;
  private final Way way;
  private final List<TileCut> cuts;

  private final VectorRegister[] sums;
  private final VectorRegister product;

  /** Of a token: four columns in every lane. */
  private final VectorRegister x;

  /** Codes and what is made of them; the same registers hold scales and minimums later. */
  private final VectorRegister[] codes;

  private final HeldLines held;
  private final CodeLoads codeLoads;
  private final ScaleLoads scaleLoads;
  private final SmallProducts small;

  /** How codes are multiplied, which decides how many sums there are registers for. */
  private enum Way {
    /** VPDPBUSD does it all. */
    BYTE_PRODUCTS(2, 1),
    /** VPMADDUBSW wants its first bytes unsigned: |code| · (x with code's sign). */
    SIGNED(2, 2),
    /** Products of a whole part can be added in 16 bits. */
    NARROW(2, 1),
    /** Some can. */
    FEW(1, 4);

    /** Vectors in one cut, where a tile has several. */
    private final int vectors;

    private final int codesPerVector;

    Way(int vectors, int codesPerVector) {
      this.vectors = vectors;
      this.codesPerVector = codesPerVector;
    }

    static Way of(TileFormat format, InstructionSet set) {
      if (set.hasByteProducts()) {
        return BYTE_PRODUCTS;
      }
      if (format.codes().signed()) {
        return SIGNED;
      }
      int quads = PackedLayout.QUADS / format.scales().parts();
      return SmallProducts.quadsIn16Bits(format.codes()) >= quads ? NARROW : FEW;
    }
  }

  private TileKernel(TileFormat format, InstructionSet set, int tiles, int tokens) {
    this.format = format;
    this.codeFormat = format.codes();
    this.tiles = tiles;
    this.tokens = tokens;
    this.writer = new KernelWriter(set);
    this.a = writer.assembler();
    this.way = Way.of(format, set);
    int together = Math.min(way.vectors, set.vectors());
    this.product = writer.register();
    this.x = writer.register();
    this.codes = registers(Math.max(2, together * way.codesPerVector));
    int room = Math.min(writer.free() / together, PackedLayout.GROUP);
    this.cuts = TileCut.of(tiles * set.vectors(), together, tokens, room);
    this.sums = registers(together * cuts.getFirst().tokens());
    keepConstants();
    this.held = new HeldLines(writer, lines(together));
    this.codeLoads = new CodeLoads(writer, product, held);
    this.scaleLoads = new ScaleLoads(writer, product);
    this.small = new SmallProducts(writer, codeFormat, tokens, sums, codes, product, x, held);
  }

  /**
   * The machine code.
   *
   * @param tiles 1, or 2 with one token
   * @param tokens 1 to {@link PackedLayout#GROUP}
   */
  static byte[] assemble(TileFormat format, InstructionSet set, int tiles, int tokens) {
    return new TileKernel(format, set, tiles, tokens).assemble();
  }

  private VectorRegister[] registers(int count) {
    return writer.registersIfFree(count).orElseThrow();
  }

  private byte[] assemble() {
    TileScales scales = format.scales();
    int lanes = writer.set().lanes();
    int codeBytes = codeFormat.lines() * Integer.BYTES * lanes;
    int scaleBytes = scales.bytes() * lanes;

    if (tiles > 1) {
      writer.openPair();
    }
    a.add(OUT, Register.RCX);
    writer.loadConstants();
    writer.loadKept();
    a.imul(SCALES, COUNT, codeBytes);
    a.add(SCALES, CODES);
    a.imul(SUPERS, COUNT, scaleBytes);
    a.add(SUPERS, SCALES);
    TileResults results = new TileResults(writer, tiles * writer.set().vectors(), tokens, x);
    results.clear();

    Label superBlock = new Label();
    Label block = new Label();
    boolean hasSupers = scales.superBytes() > 0;
    if (hasSupers) {
      a.place(superBlock);
      a.mov(INNER, TileScales.BLOCKS_PER_SUPER);
    }
    a.place(block);
    held.forget();
    if (tiles == 1) {
      writer.prefetch(CODES, codeBytes);
      writer.prefetch(SCALES, scaleBytes); // what codes skip as they step over a plane of scales
    } else {
      writer.prefetchPair(codeBytes, scaleBytes);
    }
    int quads = PackedLayout.QUADS / scales.parts();
    for (TileCut cut : cuts) {
      for (int part = 0; part < scales.parts(); part++) {
        multiply(cut, part * quads, quads);
        scale(cut, part, results);
      }
    }
    a.add(CODES, codeBytes);
    a.add(SCALES, scaleBytes);
    a.add(INPUT, PackedLayout.BLOCK_BYTES * tokens);
    if (hasSupers) {
      a.sub(INNER, 1);
      a.jumpIfNotZero(block);
      a.add(SUPERS, scales.superBytes() * lanes);
      a.sub(COUNT, TileScales.BLOCKS_PER_SUPER);
      a.jumpIfNotZero(superBlock);
    } else {
      a.sub(COUNT, 1);
      a.jumpIfNotZero(block);
    }
    results.store(OUT, STRIDE);
    if (tiles > 1) {
      writer.closePair();
    }
    a.vzeroupper();
    a.ret();
    return writer.finish();
  }

  /** As many as there are registers left for, before results take theirs. */
  private void keepConstants() {
    List<byte[]> constants = new ArrayList<>(CodeLoads.constants(codeFormat));
    if (way == Way.SIGNED || way == Way.FEW) {
      constants.addFirst(ONES);
    }
    for (byte[] constant : constants) {
      writer.registersIfFree(1).ifPresent(register -> writer.keep(constant, register[0]));
    }
  }

  /** For lines of a cut, where there are registers beside those that results take. */
  private List<VectorRegister> lines(int together) {
    int results = tiles * writer.set().vectors() * tokens;
    boolean room = writer.free() >= results + together;
    return room ? List.of(registers(writer.free() - results)) : List.of();
  }

  /** sums = Σ code · x over the quads. */
  private void multiply(TileCut cut, int firstQuad, int quads) {
    int count = cut.vectors() * cut.tokens();
    if (way == Way.NARROW) {
      small.narrow(cut, firstQuad, quads);
      for (int i = 0; i < count; i++) {
        a.emit(Op.VPMADDWD, sums[i], sums[i], ones());
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      writer.zero(sums[i]);
    }
    int step = way == Way.FEW ? SmallProducts.quadsIn16Bits(codeFormat) : 1;
    int[] order = CodeLoads.order(codeFormat, step);
    for (int i = firstQuad; i < firstQuad + quads; i += step) {
      int quad = quads == PackedLayout.QUADS ? order[i] : i;
      switch (way) {
        case BYTE_PRODUCTS -> byteProducts(cut, quad);
        case SIGNED -> signedProducts(cut, quad);
        case NARROW, FEW -> small.few(cut, quad, ones());
      }
    }
  }

  /** 16-bit ones, which make VPMADDWD a sum of neighbours. */
  private Operand ones() {
    return writer.table(ONES);
  }

  private void byteProducts(TileCut cut, int quad) {
    for (int v = 0; v < cut.vectors(); v++) {
      codeLoads.load(codeFormat, quad, writer.set().rows(cut.firstVector() + v), codes[v]);
    }
    for (int t = 0; t < cut.tokens(); t++) {
      if (writer.set().hasBroadcastOperands()) {
        a.emit(Op.VPDPBUSD, sums[t], codes[0], quad(cut, quad, t).toEveryLane());
        continue;
      }
      a.emit(Op.VPBROADCASTD, x, quad(cut, quad, t));
      for (int v = 0; v < cut.vectors(); v++) {
        a.emit(Op.VPDPBUSD, sums[cut.index(v, t)], codes[v], x);
      }
    }
  }

  private void signedProducts(TileCut cut, int quad) {
    for (int v = 0; v < cut.vectors(); v++) {
      codeLoads.load(codeFormat, quad, writer.set().rows(cut.firstVector() + v), codes[2 * v]);
      a.emit(Op.VPABSB, codes[2 * v + 1], codes[2 * v]);
    }
    for (int t = 0; t < cut.tokens(); t++) {
      a.emit(Op.VPBROADCASTD, x, quad(cut, quad, t));
      for (int v = 0; v < cut.vectors(); v++) {
        VectorRegister p = v + 1 < cut.vectors() ? product : x; // the last may overwrite it
        VectorRegister sum = sums[cut.index(v, t)];
        a.emit(Op.VPSIGNB, p, x, codes[2 * v]);
        a.emit(Op.VPMADDUBSW, p, codes[2 * v + 1], p);
        a.emit(Op.VPMADDWD, p, p, ones());
        a.emit(Op.VPADDD, sum, sum, p);
      }
    }
  }

  private Memory quad(TileCut cut, int quad, int token) {
    return Memory.at(INPUT, PackedLayout.quadAt(quad, cut.firstToken() + token, tokens));
  }

  /** results += scale · scale_x · sums - minimum · Σx. */
  private void scale(TileCut cut, int part, TileResults results) {
    VectorRegister scale = codes[0];
    VectorRegister minimum = codes[1];
    int whichSum = format.scales().parts() == 1 ? 2 : part;
    for (int v = 0; v < cut.vectors(); v++) {
      int vector = cut.firstVector() + v;
      scaleLoads.load(format.scales(), part, writer.set().rows(vector), scale, minimum);
      for (int t = 0; t < cut.tokens(); t++) {
        int token = cut.firstToken() + t;
        VectorRegister sum = sums[cut.index(v, t)];
        a.emit(Op.VCVTDQ2PS, sum, sum);
        a.emit(Op.VBROADCASTSS, product, Memory.at(INPUT, PackedLayout.scaleAt(token, tokens)));
        a.emit(Op.VMULPS, product, product, scale);
        VectorRegister result = results.add(vector, token, product, sum);
        if (format.scales().hasMinimum()) {
          int at = PackedLayout.sumAt(whichSum, token, tokens);
          a.emit(Op.VBROADCASTSS, product, Memory.at(INPUT, at));
          a.emit(Op.VFNMADD231PS, result, minimum, product);
        }
        results.keep(vector, token, result);
      }
    }
  }
}
