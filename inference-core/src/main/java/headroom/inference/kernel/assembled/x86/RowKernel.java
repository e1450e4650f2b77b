package headroom.inference.kernel.assembled.x86;

import static headroom.inference.assembler.x86.Register.R10;
import static headroom.inference.assembler.x86.Register.R11;
import static headroom.inference.assembler.x86.Register.R12;
import static headroom.inference.assembler.x86.Register.R13;
import static headroom.inference.assembler.x86.Register.R8;
import static headroom.inference.assembler.x86.Register.R9;
import static headroom.inference.assembler.x86.Register.RAX;
import static headroom.inference.assembler.x86.Register.RBP;
import static headroom.inference.assembler.x86.Register.RBX;
import static headroom.inference.assembler.x86.Register.RCX;
import static headroom.inference.assembler.x86.Register.RDI;
import static headroom.inference.assembler.x86.Register.RDX;
import static headroom.inference.assembler.x86.Register.RSI;
import static headroom.inference.assembler.x86.Register.RSP;

import headroom.inference.assembler.Label;
import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.Register;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.assembler.x86.VectorWidth;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.RowFormat;
import java.util.List;

/**
 * Writes {@link Machine#dot}: four rows at a time, then one by one.
 *
 * <p>Four rows by three vectors are summed in twelve registers; three vectors and the row in flight
 * take the other four. Several vectors ask for nothing ahead: four rows are four places in memory,
 * which a Zen 3 follows by itself, and asking made 35 GMAC/s of F32 with many tokens 21 to 26, and
 * 44 of F16 37. One vector does ask: of F16 in rows of 2048 two threads read 33 GB/s then, else 31.
 */
final class RowKernel {
  private static final int ROWS = 4;

  /** Rows ahead that one vector asks for: 16 KiB and more. */
  private static final int ROWS_AHEAD = 8;

  static final int CACHE_LINE = 64;

  /** Registers of a row at once: a cache line of halves. */
  private static final int STEP = 4;

  /** Floats of a register. */
  static final int LANES = VectorWidth.YMM.lanes();

  private final RowFormat format;
  private final KernelWriter writer = new KernelWriter(InstructionSet.AVX2);
  private final Assembler a = writer.assembler();
  private final VectorRegister[][] sums = new VectorRegister[ROWS][];
  private final VectorRegister[] x;
  private final VectorRegister row;

  private RowKernel(RowFormat format, int vectors) {
    this.format = format;
    for (int r = 0; r < ROWS; r++) {
      sums[r] = writer.registersIfFree(vectors).orElseThrow();
    }
    x = writer.registersIfFree(vectors).orElseThrow();
    row = writer.register();
  }

  /**
   * The machine code.
   *
   * @param vectors 1 to {@link RowFormat#VECTORS}
   */
  static byte[] assemble(RowFormat format, int vectors) {
    return new RowKernel(format, vectors).assemble();
  }

  private byte[] assemble() {
    a.push(RBX); // the caller's, as are the next three
    a.push(RBP);
    a.push(R12);
    a.push(R13);
    a.add(RSI, RDX);
    a.add(RCX, R8);
    a.load64(R10, Memory.at(RSP, 40)); // past four pushes and the return address
    a.load64(R11, Memory.at(RSP, 48));
    a.load64(RBX, Memory.at(RSP, 56));
    a.lea(RBP, Memory.at(R10, R10, 2, 0)); // three rows on
    a.imul(R12, R9, LANES * Float.BYTES); // one vector on

    Label four = new Label();
    Label rest = new Label();
    Label one = new Label();
    Label done = new Label();
    a.sub(RBX, ROWS);
    a.jumpIfNegative(rest);
    a.place(four);
    products(ROWS);
    a.lea(RDI, Memory.at(RDI, R10, ROWS, 0));
    a.add(RCX, ROWS * Float.BYTES);
    a.sub(RBX, ROWS);
    a.jumpIfNotNegative(four);
    a.place(rest);
    a.add(RBX, ROWS);
    a.jumpIfZero(done);
    a.place(one);
    products(1);
    a.add(RDI, R10);
    a.add(RCX, Float.BYTES);
    a.sub(RBX, 1);
    a.jumpIfNotZero(one);
    a.place(done);
    a.pop(R13);
    a.pop(R12);
    a.pop(RBP);
    a.pop(RBX);
    a.vzeroupper();
    a.ret();
    return writer.finish();
  }

  private void products(int rows) {
    for (int r = 0; r < rows; r++) {
      for (VectorRegister sum : sums[r]) {
        writer.zero(sum);
      }
    }
    a.mov(RDX, RDI);
    a.mov(R8, RSI);
    a.mov(RAX, R9);
    if (asksAhead()) {
      a.lea(R13, Memory.at(RDX, R10, ROWS_AHEAD, 0));
    }
    columns(rows, STEP);
    columns(rows, 1);
    Memory[] results = {Memory.at(RCX, 0), Memory.at(RCX, R11, 1, 0), Memory.at(RCX, R11, 2, 0)};
    for (int v = 0; v < x.length; v++) {
      VectorRegister first = sums[0][v];
      if (rows == ROWS) {
        a.emit(Op.VHADDPS, first, first, sums[1][v]);
        a.emit(Op.VHADDPS, sums[2][v], sums[2][v], sums[3][v]);
        a.emit(Op.VHADDPS, first, first, sums[2][v]); // row by row, in each half
        writer.addHalves(first, row);
        a.emit(Op.VMOVUPS_STORE, results[v], first.as(VectorWidth.XMM));
      } else {
        writer.sumLanes(first, row);
        a.emit(Op.VMOVSS_STORE, results[v], first.as(VectorWidth.XMM));
      }
    }
  }

  /** So many registers of every row as often as there are; the count ends at what is left. */
  private void columns(int rows, int vectors) {
    Label more = new Label();
    Label rest = new Label();
    a.sub(RAX, vectors);
    a.jumpIfNegative(rest);
    a.place(more);
    for (int i = 0; i < vectors; i++) {
      columns(rows, i * LANES * Float.BYTES, i * LANES * format.bytes());
    }
    if (asksAhead()) {
      askAhead(rows, vectors * LANES * format.bytes());
    }
    a.add(RDX, vectors * LANES * format.bytes());
    a.add(R8, vectors * LANES * Float.BYTES);
    a.sub(RAX, vectors);
    a.jumpIfNotNegative(more);
    a.place(rest);
    a.add(RAX, vectors);
  }

  private boolean asksAhead() {
    return x.length == 1;
  }

  /** Asks for so many bytes of every row, where they are whole lines of a cache. */
  private void askAhead(int rows, int bytes) {
    for (int line = 0; line + CACHE_LINE <= bytes; line += CACHE_LINE) {
      places(R13, line, rows).forEach(a::prefetch);
    }
    a.add(R13, bytes);
  }

  private void columns(int rows, int xAt, int rowAt) {
    Memory[] vectors = {Memory.at(R8, xAt), Memory.at(R8, R12, 1, xAt), Memory.at(R8, R12, 2, xAt)};
    for (int v = 0; v < x.length; v++) {
      a.emit(Op.VMOVUPS, x[v], vectors[v]);
    }
    List<Memory> places = places(RDX, rowAt, rows);
    for (int r = 0; r < rows; r++) {
      CachedLoads.load(a, format, row, places.get(r));
      for (int v = 0; v < x.length; v++) {
        a.emit(Op.VFMADD231PS, sums[r][v], row, x[v]);
      }
    }
  }

  /** This place in each of the rows from a base on. */
  private static List<Memory> places(Register base, int at, int rows) {
    return List.of(
            Memory.at(base, at),
            Memory.at(base, R10, 1, at),
            Memory.at(base, R10, 2, at),
            Memory.at(base, RBP, 1, at))
        .subList(0, rows);
  }
}
