package headroom.inference.kernel.assembled.arm;

import static headroom.inference.assembler.arm.Register.X0;
import static headroom.inference.assembler.arm.Register.X10;
import static headroom.inference.assembler.arm.Register.X11;
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
import headroom.inference.assembler.arm.Register;
import headroom.inference.assembler.arm.VectorRegister;
import headroom.inference.assembler.arm.Width;
import headroom.inference.kernel.assembled.CacheFormat;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.PackedLayout;
import headroom.inference.kernel.assembled.RowFormat;

/** Writes {@link Machine#decode}. */
final class DecodingKernel {
  private static final Register ROW = X0;
  private static final Register CONSTANTS = X2;
  private static final Register OUT = X3;
  private static final Register BLOCKS = X5;
  private static final Register ROW_STRIDE = X6;
  private static final Register OUT_STRIDE = X7;
  private static final Register COUNT = X8;
  private static final Register BLOCK = X9;
  private static final Register INTO = X10;
  private static final Register LEFT = X11;

  private final CacheFormat format;
  private final KernelWriter writer = new KernelWriter();
  private final Assembler a = writer.assembler();
  private final CachedLoads loads;
  private final VectorRegister scale = writer.register();
  private final VectorRegister minimum = writer.register();
  private final VectorRegister[] elements = writer.registers(CachedLoads.HALVES);

  private DecodingKernel(CacheFormat format) {
    this.format = format;
    loads = new CachedLoads(writer, format);
  }

  static byte[] assemble(CacheFormat format) {
    return new DecodingKernel(format).assemble();
  }

  private byte[] assemble() {
    writer.begin();
    a.load64(COUNT, Address.at(Register.SP, writer.stackArguments()));
    a.add(OUT, OUT, X4);
    loads.prepare(CONSTANTS);
    Label row = new Label();
    Label block = new Label();
    a.place(row);
    a.mov(BLOCK, ROW);
    a.mov(INTO, OUT);
    a.mov(LEFT, BLOCKS);
    a.place(block);
    loads.scales(BLOCK, scale, minimum);
    for (int eight = 0; eight < PackedLayout.BLOCK / RowFormat.STEP; eight++) {
      loads.floats(BLOCK, eight, elements, scale, minimum);
      for (int half = 0; half < CachedLoads.HALVES; half++) {
        int four = CachedLoads.HALVES * eight + half;
        a.store(Width.Q, Address.at(INTO, four * VectorRegister.BYTES), elements[half]);
      }
    }
    a.add(BLOCK, BLOCK, format.blockBytes());
    a.add(INTO, INTO, PackedLayout.BLOCK * Float.BYTES);
    a.subs(LEFT, LEFT, 1);
    a.jumpIf(Condition.NOT_ZERO, block);
    a.add(ROW, ROW, ROW_STRIDE);
    a.add(OUT, OUT, OUT_STRIDE);
    a.subs(COUNT, COUNT, 1);
    a.jumpIf(Condition.NOT_ZERO, row);
    return writer.finish();
  }
}
