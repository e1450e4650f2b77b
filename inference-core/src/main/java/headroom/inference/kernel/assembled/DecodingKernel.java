package headroom.inference.kernel.assembled;

import static headroom.inference.assembler.Register.R10;
import static headroom.inference.assembler.Register.R11;
import static headroom.inference.assembler.Register.R8;
import static headroom.inference.assembler.Register.R9;
import static headroom.inference.assembler.Register.RAX;
import static headroom.inference.assembler.Register.RBX;
import static headroom.inference.assembler.Register.RCX;
import static headroom.inference.assembler.Register.RDI;
import static headroom.inference.assembler.Register.RDX;
import static headroom.inference.assembler.Register.RSI;
import static headroom.inference.assembler.Register.RSP;

import headroom.inference.assembler.Assembler;
import headroom.inference.assembler.Label;
import headroom.inference.assembler.Memory;
import headroom.inference.assembler.Op;
import headroom.inference.assembler.Register;
import headroom.inference.assembler.VectorRegister;

/**
 * Writes the function that makes floats of cached rows of blocks, a tile at a time, which a
 * first-level cache then holds for all queries:
 *
 * <pre>
 *   void decode(rows, _, _, out, long outOffset, long blocks,
 *               long rowStride, long outStride, long count)
 *
 *   out[c] = row[c] as floats
 * </pre>
 */
final class DecodingKernel {
  /** Rows ahead that memory is asked for: a head's rows lie apart, which no processor foresees. */
  private static final int ROWS_AHEAD = 32;

  /** Where a block starts. */
  private static final Register BLOCK = RDX;

  private final CacheFormat format;
  private final KernelWriter writer = new KernelWriter(InstructionSet.AVX2);
  private final Assembler a = writer.assembler();
  private final VectorRegister scale = writer.register();
  private final VectorRegister minimum = writer.register();
  private final VectorRegister element = writer.register();

  private DecodingKernel(CacheFormat format) {
    this.format = format;
    writer.lendSpare(writer.register());
  }

  /** The machine code. */
  static byte[] assemble(CacheFormat format) {
    return new DecodingKernel(format).assemble();
  }

  private byte[] assemble() {
    a.push(RBX); // the caller's
    Register from = RDI;
    Register into = RSI; // the second argument is not used
    a.mov(into, RCX);
    a.add(into, R8);
    writer.loadConstants();
    a.load64(R10, Memory.at(RSP, 16)); // past one push and the return address
    a.load64(R11, Memory.at(RSP, 24));
    a.load64(RAX, Memory.at(RSP, 32));
    a.imul(RBX, R10, ROWS_AHEAD);
    a.imul(R8, R9, PackedLayout.BLOCK * Float.BYTES);
    a.sub(R11, R8); // from the end of a row to the next
    Label row = new Label();
    Label block = new Label();
    a.place(row);
    a.mov(BLOCK, from);
    a.mov(R8, R9);
    a.place(block);
    a.prefetch(Memory.at(BLOCK, RBX, 1, 0));
    decode(into);
    a.add(BLOCK, format.blockBytes());
    a.add(into, PackedLayout.BLOCK * Float.BYTES);
    a.sub(R8, 1);
    a.jumpIfNotZero(block);
    a.add(from, R10);
    a.add(into, R11);
    a.sub(RAX, 1);
    a.jumpIfNotZero(row);
    a.pop(RBX);
    a.vzeroupper();
    a.ret();
    return writer.finish();
  }

  private void decode(Register into) {
    CachedFormat.Block block = at -> Memory.at(BLOCK, at);
    format.scales(writer, block, scale, minimum);
    for (int eight = 0; eight < PackedLayout.BLOCK / CacheFormat.LANES; eight++) {
      format.floats(writer, block, eight, element, scale, minimum);
      int at = eight * CacheFormat.LANES * Float.BYTES;
      a.emit(Op.VMOVUPS_STORE, Memory.at(into, at), element);
    }
  }
}
