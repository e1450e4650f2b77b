package headroom.inference.kernel.assembled.arm;

import static headroom.inference.assembler.arm.Register.X0;
import static headroom.inference.assembler.arm.Register.X1;
import static headroom.inference.assembler.arm.Register.X10;
import static headroom.inference.assembler.arm.Register.X2;
import static headroom.inference.assembler.arm.Register.X3;
import static headroom.inference.assembler.arm.Register.X4;
import static headroom.inference.assembler.arm.Register.X5;
import static headroom.inference.assembler.arm.Register.X6;
import static headroom.inference.assembler.arm.Register.X7;
import static headroom.inference.assembler.arm.Register.X8;
import static headroom.inference.assembler.arm.Register.X9;

import headroom.inference.assembler.Label;
import headroom.inference.assembler.arm.Address;
import headroom.inference.assembler.arm.Assembler;
import headroom.inference.assembler.arm.Condition;
import headroom.inference.assembler.arm.Op;
import headroom.inference.assembler.arm.Register;
import headroom.inference.assembler.arm.VectorRegister;
import headroom.inference.assembler.arm.Width;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.PackedLayout;
import headroom.inference.kernel.assembled.TileCodes;
import headroom.inference.kernel.assembled.TileFormat;
import headroom.inference.kernel.assembled.TileScales;

/**
 * Writes {@link Machine#product}. A tile has four rows, one for each lane.
 *
 * <p>Everything inside a block is unrolled, for every token; only blocks are a loop. Thirty-two
 * registers hold the integer sums and the float results of eight tokens, and what is in flight.
 */
final class TileKernel {
  // The arguments, and what is made of them.
  private static final Register CODES = X0;
  private static final Register INPUT = X1;
  private static final Register OUT = X2;
  private static final Register CONSTANTS = X3; // the offset that came in it is spent by then
  private static final Register COUNT = X4;
  private static final Register STRIDE = X5;
  private static final Register SCALES = X6;
  private static final Register SUPERS = X7;
  private static final Register INNER = X8;
  private static final Register BYTES = X9;

  /** Where the block's scales of activations start. */
  private static final Register FLOATS = X10;

  private final TileFormat format;
  private final int tokens;
  private final KernelWriter writer = new KernelWriter();
  private final Assembler a = writer.assembler();

  private final VectorRegister[] results;
  private final VectorRegister scale;
  private final VectorRegister minimum;
  private final CodeLoads codes;
  private final ScaleLoads scales;
  private final Products products;

  private TileKernel(TileFormat format, InstructionSet set, int tokens) {
    this.format = format;
    this.tokens = tokens;
    results = writer.registers(tokens);
    codes = new CodeLoads(writer, format.codes(), CODES);
    scales = new ScaleLoads(writer, format.scales(), SCALES, SUPERS);
    scale = writer.register();
    minimum = writer.register();
    products =
        set.columnsTogether() > PackedLayout.QUAD && tokens > 1
            ? new MatrixProducts(writer, codes, INPUT, tokens)
            : new DotProducts(writer, codes, INPUT, tokens);
  }

  static byte[] assemble(TileFormat format, InstructionSet set, int tokens) {
    return new TileKernel(format, set, tokens).assemble();
  }

  private byte[] assemble() {
    TileCodes layout = format.codes();
    TileScales plane = format.scales();
    int codeBytes = layout.lines() * VectorRegister.BYTES;
    int scaleBytes = plane.bytes() * KernelWriter.LANES;

    writer.begin();
    a.add(OUT, OUT, X3);
    writer.pointToConstants(CONSTANTS);
    codes.prepare(CONSTANTS);
    scales.prepare(CONSTANTS);
    behind(SCALES, CODES, codeBytes);
    behind(SUPERS, SCALES, scaleBytes);
    for (VectorRegister result : results) {
      writer.zero(result);
    }
    Label superBlock = new Label();
    Label block = new Label();
    boolean hasSupers = plane.superBytes() > 0;
    if (hasSupers) {
      a.place(superBlock);
      a.mov(INNER, TileScales.BLOCKS_PER_SUPER);
    }
    a.place(block);
    codes.startBlock();
    products.startBlock();
    a.add(FLOATS, INPUT, PackedLayout.scaleAt(0, tokens));
    int quads = PackedLayout.QUADS / plane.parts();
    for (int part = 0; part < plane.parts(); part++) {
      VectorRegister[] sums = products.multiply(part * quads, quads);
      scale(part, sums);
    }
    a.add(CODES, CODES, codeBytes);
    a.add(SCALES, SCALES, scaleBytes);
    a.add(INPUT, INPUT, PackedLayout.BLOCK_BYTES * tokens);
    if (hasSupers) {
      a.subs(INNER, INNER, 1);
      a.jumpIf(Condition.NOT_ZERO, block);
      a.add(SUPERS, SUPERS, plane.superBytes() * KernelWriter.LANES);
      a.subs(COUNT, COUNT, TileScales.BLOCKS_PER_SUPER);
      a.jumpIf(Condition.NOT_ZERO, superBlock);
    } else {
      a.subs(COUNT, COUNT, 1);
      a.jumpIf(Condition.NOT_ZERO, block);
    }
    for (VectorRegister result : results) {
      a.store(Width.Q, Address.at(OUT, 0), result);
      a.add(OUT, OUT, STRIDE);
    }
    return writer.finish();
  }

  /** Points behind a plane of so many bytes per block. */
  private void behind(Register pointer, Register plane, int bytes) {
    a.mov(BYTES, bytes);
    a.mul(BYTES, BYTES, COUNT);
    a.add(pointer, plane, BYTES);
  }

  /** results[t] += scale · scale_x[t] · sums[t] - minimum · Σx[t]. */
  private void scale(int part, VectorRegister[] sums) {
    scales.load(part, scale, minimum);
    VectorRegister[] free = products.free();
    VectorRegister.Lane[] factors = floats(0, free, 0);
    for (int t = 0; t < tokens; t++) {
      a.emit(Op.SCVTF, sums[t], sums[t]);
      a.emit(Op.FMUL, sums[t], sums[t], scale);
      a.emit(Op.FMLA_LANE, results[t], sums[t], factors[t]);
    }
    if (format.scales().hasMinimum()) {
      int which = format.scales().parts() == 1 ? 2 : part;
      int at = PackedLayout.sumAt(which, 0, tokens) - PackedLayout.scaleAt(0, tokens);
      VectorRegister.Lane[] totals = floats(at, free, free.length / 2);
      for (int t = 0; t < tokens; t++) {
        a.emit(Op.FMLS_LANE, results[t], minimum, totals[t]);
      }
    }
  }

  /**
   * Brings a float of every token, and not a byte that lies behind them: four, two or one at once.
   *
   * @param into so many registers from {@code first} on as that takes, three at most
   */
  private VectorRegister.Lane[] floats(int at, VectorRegister[] into, int first) {
    VectorRegister.Lane[] found = new VectorRegister.Lane[tokens];
    int register = first;
    for (int t = 0; t < tokens; register++) {
      int left = tokens - t;
      Width width = left >= 4 ? Width.Q : left >= 2 ? Width.D : Width.S;
      a.load(width, into[register], Address.at(FLOATS, at + t * Float.BYTES));
      for (int lane = 0; lane < width.bytes() / Float.BYTES; lane++) {
        found[t++] = into[register].lane(lane);
      }
    }
    return found;
  }
}
