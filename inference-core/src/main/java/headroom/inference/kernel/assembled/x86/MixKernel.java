package headroom.inference.kernel.assembled.x86;

import static headroom.inference.assembler.x86.Register.R10;
import static headroom.inference.assembler.x86.Register.R11;
import static headroom.inference.assembler.x86.Register.R8;
import static headroom.inference.assembler.x86.Register.R9;
import static headroom.inference.assembler.x86.Register.RAX;
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
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.RowFormat;
import headroom.inference.kernel.assembled.ScoreRow;

/**
 * Writes {@link Machine#mix}.
 *
 * <p>Thirty-two elements of three queries are summed in twelve registers while cells go by.
 */
final class MixKernel {
  private static final int VECTORS = 4;

  private final RowFormat format;
  private final KernelWriter writer = new KernelWriter(InstructionSet.AVX2);
  private final Assembler a = writer.assembler();
  private final VectorRegister[][] sums;
  private final VectorRegister[] shares;
  private final VectorRegister value;

  private MixKernel(RowFormat format, int queries) {
    this.format = format;
    sums = new VectorRegister[queries][];
    for (int q = 0; q < queries; q++) {
      sums[q] = writer.registersIfFree(VECTORS).orElseThrow();
    }
    shares = writer.registersIfFree(queries).orElseThrow();
    value = writer.register();
  }

  /**
   * The machine code.
   *
   * @param queries 1 to {@link RowFormat#VECTORS}
   */
  static byte[] assemble(RowFormat format, int queries) {
    return new MixKernel(format, queries).assemble();
  }

  private byte[] assemble() {
    a.push(RBX); // the caller's
    a.add(RSI, RDX);
    a.add(RCX, R8);
    a.load64(R10, Memory.at(RSP, 16)); // past one push and the return address
    a.load64(R11, Memory.at(RSP, 24));
    a.load64(RBX, Memory.at(RSP, 32));
    Label done = new Label();
    elements(VECTORS);
    a.jumpIfZero(done);
    elements(1);
    a.place(done);
    a.pop(RBX);
    a.vzeroupper();
    a.ret();
    return writer.finish();
  }

  /** So many registers of elements as often as there are; the count ends at what is left. */
  private void elements(int vectors) {
    Label more = new Label();
    Label rest = new Label();
    a.sub(R9, vectors);
    a.jumpIfNegative(rest);
    a.place(more);
    mix(vectors);
    a.add(RDI, vectors * RowKernel.LANES * format.bytes());
    a.add(RCX, vectors * RowKernel.LANES * Float.BYTES);
    a.sub(R9, vectors);
    a.jumpIfNotNegative(more);
    a.place(rest);
    a.add(R9, vectors);
  }

  private void mix(int vectors) {
    for (int q = 0; q < shares.length; q++) {
      a.emit(
          Op.VBROADCASTSS,
          shares[q],
          Memory.at(RSI, q * ScoreRow.BYTES + ScoreRow.at(ScoreRow.SHRINK)));
      for (int v = 0; v < vectors; v++) {
        a.emit(Op.VMULPS, sums[q][v], shares[q], out(q, v));
      }
    }
    a.mov(RDX, RDI);
    a.mov(R8, RSI);
    a.mov(RAX, RBX);
    Label cells = new Label();
    a.place(cells);
    for (int q = 0; q < shares.length; q++) {
      a.emit(Op.VBROADCASTSS, shares[q], Memory.at(R8, q * ScoreRow.BYTES));
    }
    for (int line = 0;
        line < vectors * RowKernel.LANES * format.bytes();
        line += RowKernel.CACHE_LINE) {
      a.prefetch(Memory.at(RDX, R10, RowKernel.ROWS_AHEAD, line));
    }
    for (int v = 0; v < vectors; v++) {
      RowLoads.load(a, format, value, Memory.at(RDX, v * RowKernel.LANES * format.bytes()));
      for (int q = 0; q < shares.length; q++) {
        a.emit(Op.VFMADD231PS, sums[q][v], shares[q], value);
      }
    }
    a.add(RDX, R10);
    a.add(R8, Float.BYTES);
    a.sub(RAX, 1);
    a.jumpIfNotZero(cells);
    for (int q = 0; q < shares.length; q++) {
      for (int v = 0; v < vectors; v++) {
        a.emit(Op.VMOVUPS_STORE, out(q, v), sums[q][v]);
      }
    }
  }

  private static Memory out(int query, int vector) {
    int at = vector * RowKernel.LANES * Float.BYTES;
    return query == 0 ? Memory.at(RCX, at) : Memory.at(RCX, R11, query, at);
  }
}
