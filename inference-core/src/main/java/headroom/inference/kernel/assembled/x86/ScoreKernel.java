package headroom.inference.kernel.assembled.x86;

import static headroom.inference.assembler.x86.Register.R10;
import static headroom.inference.assembler.x86.Register.R11;
import static headroom.inference.assembler.x86.Register.R12;
import static headroom.inference.assembler.x86.Register.R13;
import static headroom.inference.assembler.x86.Register.R14;
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
import headroom.inference.kernel.assembled.CachedFormat;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.PackedLayout;
import headroom.inference.kernel.assembled.ScoreRow;
import java.util.List;

/**
 * Writes {@link Machine#score}, two cells at a time.
 *
 * <p>A key's block is made floats of in registers, once for all queries.
 */
final class ScoreKernel {
  private static final int CELLS = 2;

  private static final List<Register> SAVED = List.of(RBX, RBP, R12, R13, R14);

  private final CachedFormat format;
  private final KernelWriter writer = new KernelWriter(InstructionSet.AVX2);
  private final Assembler a = writer.assembler();
  private final VectorRegister[][] sums = new VectorRegister[CELLS][];
  private final VectorRegister[] keys = registers(CELLS);
  private final VectorRegister[] scales;
  private final VectorRegister[] minimums;
  private final VectorRegister query = writer.register();

  private final CachedLoads loads;

  private ScoreKernel(CachedFormat format, int queries) {
    this.format = format;
    for (int cell = 0; cell < CELLS; cell++) {
      sums[cell] = registers(queries);
    }
    scales = format.hasScale() ? registers(CELLS) : keys;
    minimums = CachedLoads.hasMinimum(format) ? registers(CELLS) : keys;
    loads = new CachedLoads(writer, format, query); // which is loaded after codes
  }

  private VectorRegister[] registers(int count) {
    return writer.registersIfFree(count).orElseThrow();
  }

  /**
   * The machine code.
   *
   * @param queries 1 to {@link CachedFormat#QUERIES}
   */
  static byte[] assemble(CachedFormat format, int queries) {
    return new ScoreKernel(format, queries).assemble();
  }

  private byte[] assemble() {
    SAVED.forEach(a::push);
    a.add(RSI, RDX);
    a.lea(RBP, Memory.at(RCX, R8, 1, 0));
    int arguments = (SAVED.size() + 1) * Long.BYTES; // past what was pushed and the return address
    a.load64(R10, Memory.at(RSP, arguments));
    a.load64(R14, Memory.at(RSP, arguments + 2 * Long.BYTES));
    a.imul(R11, R10, ScoreRow.CELLS); // a tile on
    a.imul(R12, R9, PackedLayout.BLOCK * Float.BYTES); // a query on
    a.lea(R13, Memory.at(R12, R12, 2, 0));
    writer.loadConstants();

    Label two = new Label();
    Label rest = new Label();
    Label done = new Label();
    a.sub(R14, CELLS);
    a.jumpIfNegative(rest);
    a.place(two);
    score(CELLS);
    a.lea(RDI, Memory.at(RDI, R10, CELLS, 0));
    a.add(RBP, CELLS * Float.BYTES);
    a.sub(R14, CELLS);
    a.jumpIfNotNegative(two);
    a.place(rest);
    a.add(R14, CELLS);
    a.jumpIfZero(done);
    score(1);
    a.place(done);
    SAVED.reversed().forEach(a::pop);
    a.vzeroupper();
    a.ret();
    return writer.finish();
  }

  private void score(int cells) {
    for (int cell = 0; cell < cells; cell++) {
      for (VectorRegister sum : sums[cell]) {
        writer.zero(sum);
      }
    }
    a.mov(RDX, RDI);
    a.lea(RBX, Memory.at(RDI, R11, 1, 0));
    a.mov(R8, RSI);
    a.mov(RAX, R9);
    Label block = new Label();
    a.place(block);
    products(cells);
    a.add(RDX, format.blockBytes());
    a.add(RBX, format.blockBytes());
    a.add(R8, PackedLayout.BLOCK * Float.BYTES);
    a.sub(RAX, 1);
    a.jumpIfNotZero(block);
    if (cells == CELLS) {
      storeTwo();
    } else {
      storeOne();
    }
  }

  /** One block of each cell with every query. */
  private void products(int cells) {
    for (int cell = 0; cell < cells; cell++) {
      for (int line = 0; line < format.blockBytes(); line += RowKernel.CACHE_LINE) {
        a.prefetch(place(RBX, cell, line));
      }
      if (format.hasScale()) {
        loads.scales(block(cell), scales[cell], minimums[cell]);
      }
    }
    for (int eight = 0; eight < PackedLayout.BLOCK / RowKernel.LANES; eight++) {
      for (int cell = 0; cell < cells; cell++) {
        loads.floats(block(cell), eight, keys[cell], scales[cell], minimums[cell]);
      }
      int at = eight * RowKernel.LANES * Float.BYTES;
      Memory[] queries = {
        Memory.at(R8, at),
        Memory.at(R8, R12, 1, at),
        Memory.at(R8, R12, 2, at),
        Memory.at(R8, R13, 1, at)
      };
      for (int q = 0; q < sums[0].length; q++) {
        a.emit(Op.VMOVUPS, query, queries[q]);
        for (int cell = 0; cell < cells; cell++) {
          a.emit(Op.VFMADD231PS, sums[cell][q], keys[cell], query);
        }
      }
    }
  }

  private static CachedLoads.Block block(int cell) {
    return offset -> place(RDX, cell, offset);
  }

  private static Memory place(Register base, int cell, int offset) {
    return cell == 0 ? Memory.at(base, offset) : Memory.at(base, R10, cell, offset);
  }

  /** Sums of lanes: both cells of one query side by side, two queries at a time. */
  private void storeTwo() {
    int queries = sums[0].length;
    for (int q = 0; q < queries; q += 2) {
      boolean pair = q + 1 < queries;
      VectorRegister sum = sums[0][q];
      VectorRegister next = pair ? sums[0][q + 1] : sum;
      a.emit(Op.VHADDPS, sum, sum, sums[1][q]);
      if (pair) {
        a.emit(Op.VHADDPS, next, next, sums[1][q + 1]);
      }
      a.emit(Op.VHADDPS, sum, sum, next);
      writer.addHalves(sum, query);
      VectorRegister low = sum.as(VectorWidth.XMM);
      a.emit(Op.VMOVLPS_STORE, Memory.at(RBP, q * ScoreRow.BYTES), low);
      if (pair) {
        a.emit(Op.VMOVHPS_STORE, Memory.at(RBP, (q + 1) * ScoreRow.BYTES), low);
      }
    }
  }

  private void storeOne() {
    for (int q = 0; q < sums[0].length; q++) {
      writer.sumLanes(sums[0][q], query);
      VectorRegister low = sums[0][q].as(VectorWidth.XMM);
      a.emit(Op.VMOVSS_STORE, Memory.at(RBP, q * ScoreRow.BYTES), low);
    }
  }
}
