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
import headroom.inference.kernel.assembled.CachedFormat;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.PackedLayout;
import headroom.inference.kernel.assembled.ScoreRow;
import java.util.List;

/**
 * Writes {@link Machine#mix}.
 *
 * <p>Half a block, sixteen elements, of four queries is summed in eight registers while cells go
 * by. Elements that are no whole block are floats and go by eight at a time.
 */
final class MixKernel {
  private static final int VECTORS = 2;
  private static final int BLOCK_VECTORS = PackedLayout.BLOCK / RowKernel.LANES;
  private static final List<Register> SAVED = List.of(RBX, RBP, R12, R13);

  private final CachedFormat format;
  private final KernelWriter writer = new KernelWriter(InstructionSet.AVX2);
  private final Assembler a = writer.assembler();
  private final VectorRegister[][] sums;
  private final VectorRegister[] shares;
  private final VectorRegister value = writer.register();
  private final VectorRegister scale;
  private final VectorRegister minimum;

  private final CachedLoads loads;

  private MixKernel(CachedFormat format, int queries) {
    this.format = format;
    sums = new VectorRegister[queries][];
    for (int q = 0; q < queries; q++) {
      sums[q] = writer.registersIfFree(VECTORS).orElseThrow();
    }
    shares = writer.registersIfFree(queries).orElseThrow();
    scale = format.hasScale() ? writer.register() : value;
    minimum = CachedLoads.hasMinimum(format) ? writer.register() : value;
    loads = new CachedLoads(writer, format, format.hasScale() ? writer.register() : value);
  }

  /**
   * The machine code.
   *
   * @param queries 1 to {@link CachedFormat#QUERIES}
   */
  static byte[] assemble(CachedFormat format, int queries) {
    return new MixKernel(format, queries).assemble();
  }

  private byte[] assemble() {
    SAVED.forEach(a::push);
    a.add(RSI, RDX);
    a.lea(RBP, Memory.at(RCX, R8, 1, 0));
    int arguments = (SAVED.size() + 1) * Long.BYTES; // past what was pushed and the return address
    a.load64(R10, Memory.at(RSP, arguments));
    a.load64(R11, Memory.at(RSP, arguments + Long.BYTES));
    a.load64(RBX, Memory.at(RSP, arguments + 2 * Long.BYTES));
    a.imul(R12, R10, ScoreRow.CELLS); // a tile on
    a.lea(R13, Memory.at(R11, R11, 2, 0)); // three queries on
    writer.loadConstants();

    Label block = new Label();
    Label rest = new Label();
    Label eight = new Label();
    Label done = new Label();
    a.sub(R9, BLOCK_VECTORS);
    a.jumpIfNegative(rest);
    a.place(block);
    for (int first = 0; first < BLOCK_VECTORS; first += VECTORS) {
      mix(first, VECTORS);
      a.add(RBP, VECTORS * RowKernel.LANES * Float.BYTES);
    }
    a.add(RDI, format.blockBytes());
    a.sub(R9, BLOCK_VECTORS);
    a.jumpIfNotNegative(block);
    a.place(rest);
    a.add(R9, BLOCK_VECTORS);
    a.jumpIfZero(done);
    if (!format.hasScale()) {
      a.place(eight);
      mix(0, 1);
      a.add(RBP, RowKernel.LANES * Float.BYTES);
      a.add(RDI, format.blockBytes() / BLOCK_VECTORS);
      a.sub(R9, 1);
      a.jumpIfNotZero(eight);
    }
    a.place(done);
    SAVED.reversed().forEach(a::pop);
    a.vzeroupper();
    a.ret();
    return writer.finish();
  }

  /** So many registers of a block's elements, from {@code first} on. */
  private void mix(int first, int vectors) {
    for (int q = 0; q < shares.length; q++) {
      int shrink = q * ScoreRow.BYTES + ScoreRow.at(ScoreRow.SHRINK);
      a.emit(Op.VBROADCASTSS, shares[q], Memory.at(RSI, shrink));
      for (int v = 0; v < vectors; v++) {
        a.emit(Op.VMULPS, sums[q][v], shares[q], out(q, v));
      }
    }
    a.mov(RDX, RDI);
    a.mov(R8, RSI);
    a.mov(RAX, RBX);
    CachedLoads.Block block = at -> Memory.at(RDX, at);
    Label cells = new Label();
    a.place(cells);
    for (int q = 0; q < shares.length; q++) {
      a.emit(Op.VBROADCASTSS, shares[q], Memory.at(R8, q * ScoreRow.BYTES));
    }
    if (first == 0) {
      for (int line = 0; line < format.blockBytes(); line += RowKernel.CACHE_LINE) {
        a.prefetch(Memory.at(RDX, R12, 1, line));
      }
    }
    if (format.hasScale()) {
      loads.scales(block, scale, minimum);
    }
    for (int v = 0; v < vectors; v++) {
      loads.floats(block, first + v, value, scale, minimum);
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
    return switch (query) {
      case 0 -> Memory.at(RBP, at);
      case 3 -> Memory.at(RBP, R13, 1, at);
      default -> Memory.at(RBP, R11, query, at);
    };
  }
}
