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
import headroom.inference.kernel.assembled.TileCodes;
import headroom.inference.kernel.assembled.TileFormat;
import headroom.inference.kernel.assembled.TileScales;
import java.util.Optional;

/**
 * Writes {@link Machine#product}.
 *
 * <p>Everything inside a block is unrolled, for every token; only blocks are a loop.
 */
final class TileKernel {
  /**
   * Bytes ahead that weights are asked for, across the end of a tile into the next: half of a
   * first-level cache. One thread of a Zen 3 reads Q4_K at 13 GB/s with 2 KiB and at 17 from here
   * on, Q8_0 at 17 with either, where reading alone reaches 21.
   */
  private static final int PREFETCH = 16 << 10;

  private static final int CACHE_LINE = 64;

  private final TileFormat format;
  private final int tokens;
  private final KernelWriter writer;
  private final Assembler a;
  private final int width;

  private final VectorRegister[] sums;

  /** Codes that are multiplied before their products leave 16 bits. */
  private final VectorRegister[] codes;

  private final VectorRegister product;
  private final VectorRegister second;

  /** 16-bit ones, which make VPMADDWD a sum of neighbours. */
  private final VectorRegister ones;

  private final CodeLoads codeLoads;
  private final ScaleLoads scaleLoads;

  private TileKernel(TileFormat format, InstructionSet set, int tokens) {
    this.format = format;
    this.tokens = tokens;
    this.writer = new KernelWriter(set);
    this.a = writer.assembler();
    this.width = set.width().bytes();
    this.sums = registers(tokens);
    this.product = writer.register();
    this.second = writer.register();
    this.ones = writer.register();
    this.codes = registers(codesAtATime());
    this.codeLoads = new CodeLoads(writer, product);
    this.scaleLoads = new ScaleLoads(writer, product);
  }

  /**
   * The machine code.
   *
   * @param tokens 1 to {@link PackedLayout#GROUP}
   */
  static byte[] assemble(TileFormat format, InstructionSet set, int tokens) {
    return new TileKernel(format, set, tokens).assemble();
  }

  private VectorRegister[] registers(int count) {
    return writer.registersIfFree(count).orElseThrow();
  }

  /** Codes in registers at once, and the same registers hold a scale and a minimum later. */
  private int codesAtATime() {
    boolean one = writer.set().hasByteProducts() || format.codes().signed() || staysIn16Bits();
    return one ? 2 : quadsIn16Bits();
  }

  /** VPMADDUBSW leaves sums of two products in 16 bits; so many of those can be added there. */
  private int quadsIn16Bits() {
    return Integer.highestOneBit(Short.MAX_VALUE / (2 * 127 * format.codes().largest()));
  }

  /** True where the sums of a whole part fit into 16 bits. */
  private boolean staysIn16Bits() {
    return quadsIn16Bits() >= PackedLayout.QUADS / format.scales().parts();
  }

  private byte[] assemble() {
    TileCodes layout = format.codes();
    TileScales scales = format.scales();
    int lanes = writer.set().lanes();
    int codeBytes = layout.lines() * width;
    int scaleBytes = scales.bytes() * lanes;

    a.add(OUT, Register.RCX);
    writer.loadConstants();
    a.imul(SCALES, COUNT, codeBytes);
    a.add(SCALES, CODES);
    a.imul(SUPERS, COUNT, scaleBytes);
    a.add(SUPERS, SCALES);
    a.emit(Op.VMOVDQU, ones, writer.constant(0x00010001));
    TileResults results = new TileResults(writer, tokens, second);
    results.clear();

    Label superBlock = new Label();
    Label block = new Label();
    boolean hasSupers = scales.superBytes() > 0;
    if (hasSupers) {
      a.place(superBlock);
      a.mov(INNER, TileScales.BLOCKS_PER_SUPER);
    }
    a.place(block);
    for (int line = 0; line < codeBytes; line += CACHE_LINE) {
      a.prefetch(Memory.at(CODES, PREFETCH + line));
    }
    a.prefetch(Memory.at(SCALES, PREFETCH)); // what codes skip as they step over a plane of scales
    int quads = PackedLayout.QUADS / scales.parts();
    Optional<TileScales.Super> whole = wholeScales();
    if (whole.isPresent()) {
      multiplyScaled(whole.get(), quads);
      scaleWhole(whole.get(), results);
    } else {
      for (int part = 0; part < scales.parts(); part++) {
        multiply(part * quads, quads);
        scale(part, results);
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
    a.vzeroupper();
    a.ret();
    return writer.finish();
  }

  /** sums[t] = Σ code · x[t] over the quads. */
  private void multiply(int firstQuad, int quads) {
    if (staysIn16Bits() && !writer.set().hasByteProducts()) {
      smallestProducts(firstQuad, quads);
      return;
    }
    for (VectorRegister sum : sums) {
      writer.zero(sum);
    }
    if (writer.set().hasByteProducts()) {
      for (int quad = firstQuad; quad < firstQuad + quads; quad++) {
        codeLoads.load(format.codes(), quad, codes[0]);
        for (int t = 0; t < tokens; t++) {
          byteProduct(sums[t], codes[0], quad(quad, t));
        }
      }
    } else if (format.codes().signed()) {
      for (int quad = firstQuad; quad < firstQuad + quads; quad++) {
        signedProducts(quad);
      }
    } else {
      for (int quad = firstQuad; quad < firstQuad + quads; quad += codes.length) {
        smallProducts(quad);
      }
    }
  }

  /**
   * Whole-numbered scales of both halves of a block, where VPMADDWD is needed anyway: it multiplies
   * with them instead of with ones.
   */
  private Optional<TileScales.Super> wholeScales() {
    boolean widens = !writer.set().hasByteProducts() && !staysIn16Bits();
    return widens && format.scales() instanceof TileScales.Super whole && whole.parts() == 2
        ? Optional.of(whole)
        : Optional.empty();
  }

  /** sums[t] = Σ whole scale · code · x[t] over a block. */
  private void multiplyScaled(TileScales.Super scales, int quads) {
    for (VectorRegister sum : sums) {
      writer.zero(sum);
    }
    for (int part = 0; part < scales.parts(); part++) {
      scaleLoads.loadWhole(part, ones);
      for (int quad = part * quads; quad < (part + 1) * quads; quad += codes.length) {
        smallProducts(quad);
      }
    }
  }

  /** results[t] += scale of scales · scale_x[t] · sums[t] - Σ minimum · Σx[t] of each half. */
  private void scaleWhole(TileScales.Super scales, TileResults results) {
    VectorRegister scale = codes[0];
    VectorRegister[] minimums = {codes[1], ones}; // the latter is loaded again for the next block
    for (int part = 0; part < scales.parts(); part++) {
      scaleLoads.load(scales, part, scale, minimums[part]);
    }
    writer.halves(scale, Memory.at(SUPERS, 0));
    for (int t = 0; t < tokens; t++) {
      a.emit(Op.VCVTDQ2PS, sums[t], sums[t]);
      a.emit(Op.VBROADCASTSS, product, Memory.at(INPUT, PackedLayout.scaleAt(t, tokens)));
      a.emit(Op.VMULPS, product, product, scale);
      VectorRegister result = results.add(t, product, sums[t]);
      for (int part = 0; part < scales.parts(); part++) {
        a.emit(Op.VBROADCASTSS, product, Memory.at(INPUT, PackedLayout.sumAt(part, t, tokens)));
        a.emit(Op.VFNMADD231PS, result, minimums[part], product);
      }
      results.keep(t, result);
    }
  }

  private void byteProduct(VectorRegister sum, VectorRegister code, Memory x) {
    if (writer.set().hasBroadcastOperands()) {
      a.emit(Op.VPDPBUSD, sum, code, x.toEveryLane());
    } else {
      a.emit(Op.VPBROADCASTD, product, x);
      a.emit(Op.VPDPBUSD, sum, code, product);
    }
  }

  /** VPMADDUBSW wants its first bytes unsigned: |code| · (x with code's sign). */
  private void signedProducts(int quad) {
    VectorRegister code = codes[0];
    VectorRegister magnitude = codes[1];
    codeLoads.load(format.codes(), quad, code);
    a.emit(Op.VPABSB, magnitude, code);
    for (int t = 0; t < tokens; t++) {
      VectorRegister p = t % 2 == 0 ? product : second;
      a.emit(Op.VPBROADCASTD, p, quad(quad, t));
      a.emit(Op.VPSIGNB, p, p, code);
      a.emit(Op.VPMADDUBSW, p, magnitude, p);
      a.emit(Op.VPMADDWD, p, p, ones);
      a.emit(Op.VPADDD, sums[t], sums[t], p);
    }
  }

  /** Products of codes so small that those of a part can be added in 16 bits. */
  private void smallestProducts(int firstQuad, int quads) {
    for (int quad = firstQuad; quad < firstQuad + quads; quad++) {
      codeLoads.load(format.codes(), quad, codes[0]);
      for (int t = 0; t < tokens; t++) {
        VectorRegister p = quad == firstQuad ? sums[t] : t % 2 == 0 ? product : second;
        a.emit(Op.VPBROADCASTD, p, quad(quad, t));
        a.emit(Op.VPMADDUBSW, p, codes[0], p);
        if (quad > firstQuad) {
          a.emit(Op.VPADDW, sums[t], sums[t], p);
        }
      }
    }
    for (VectorRegister sum : sums) {
      a.emit(Op.VPMADDWD, sum, sum, ones);
    }
  }

  /** Products of codes so small that several can be added in 16 bits. */
  private void smallProducts(int firstQuad) {
    for (int i = 0; i < codes.length; i++) {
      codeLoads.load(format.codes(), firstQuad + i, codes[i]);
    }
    for (int t = 0; t < tokens; t++) {
      a.emit(Op.VPBROADCASTD, product, quad(firstQuad, t));
      a.emit(Op.VPMADDUBSW, product, codes[0], product);
      for (int i = 1; i < codes.length; i++) {
        a.emit(Op.VPBROADCASTD, second, quad(firstQuad + i, t));
        a.emit(Op.VPMADDUBSW, second, codes[i], second);
        a.emit(Op.VPADDW, product, product, second);
      }
      a.emit(Op.VPMADDWD, product, product, ones);
      a.emit(Op.VPADDD, sums[t], sums[t], product);
    }
  }

  private Memory quad(int quad, int token) {
    return Memory.at(INPUT, PackedLayout.quadAt(quad, token, tokens));
  }

  /** results[t] += scale · scale_x[t] · sums[t] - minimum · Σx[t]. */
  private void scale(int part, TileResults results) {
    VectorRegister scale = codes[0];
    VectorRegister minimum = codes[1];
    scaleLoads.load(format.scales(), part, scale, minimum);
    int whichSum = format.scales().parts() == 1 ? 2 : part;
    for (int t = 0; t < tokens; t++) {
      a.emit(Op.VCVTDQ2PS, sums[t], sums[t]);
      a.emit(Op.VBROADCASTSS, product, Memory.at(INPUT, PackedLayout.scaleAt(t, tokens)));
      a.emit(Op.VMULPS, product, product, scale);
      VectorRegister result = results.add(t, product, sums[t]);
      if (format.scales().hasMinimum()) {
        a.emit(Op.VBROADCASTSS, product, Memory.at(INPUT, PackedLayout.sumAt(whichSum, t, tokens)));
        a.emit(Op.VFNMADD231PS, result, minimum, product);
      }
      results.keep(t, result);
    }
  }
}
