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
import headroom.inference.assembler.x86.Register;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.kernel.assembled.CacheFormat;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.PackedLayout;

/** Writes {@link Machine#decode}. */
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

  private final CachedLoads loads;

  private DecodingKernel(CacheFormat format) {
    this.format = format;
    this.loads = new CachedLoads(writer, format, writer.register());
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
    CachedLoads.Block block = at -> Memory.at(BLOCK, at);
    loads.scales(block, scale, minimum);
    for (int eight = 0; eight < PackedLayout.BLOCK / CachedLoads.LANES; eight++) {
      loads.floats(block, eight, element, scale, minimum);
      int at = eight * CachedLoads.LANES * Float.BYTES;
      a.emit(Op.VMOVUPS_STORE, Memory.at(into, at), element);
    }
  }
}
