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
import headroom.inference.assembler.arm.Op;
import headroom.inference.assembler.arm.Register;
import headroom.inference.assembler.arm.VectorRegister;
import headroom.inference.assembler.arm.Width;
import headroom.inference.codec.CodeBooks;
import headroom.inference.kernel.assembled.CacheFormat;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.PackedLayout;

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
  private final VectorRegister scale = writer.register();
  private final VectorRegister minimum = writer.register();

  /** Sixteen codes each, as bytes. */
  private final VectorRegister[] codes = writer.registers(2);

  private final VectorRegister eight = writer.register();
  private final VectorRegister four = writer.register();
  private final VectorRegister element = writer.register();
  private final VectorRegister mask = writer.register();
  private final VectorRegister table = writer.register();

  private DecodingKernel(CacheFormat format) {
    this.format = format;
  }

  static byte[] assemble(CacheFormat format) {
    return new DecodingKernel(format).assemble();
  }

  private byte[] assemble() {
    writer.begin();
    a.load64(COUNT, Address.at(Register.SP, writer.stackArguments()));
    a.add(OUT, OUT, X4);
    writer.pointToConstants(CONSTANTS);
    a.movi(mask, 0x0F);
    switch (format) {
      case IQ4_NL -> writer.load(table, CONSTANTS, CodeBooks.iq4());
      case Q4_0 -> a.movi(table, 8);
      case Q8_0, Q4_1 -> {}
    }
    Label row = new Label();
    Label block = new Label();
    a.place(row);
    a.mov(BLOCK, ROW);
    a.mov(INTO, OUT);
    a.mov(LEFT, BLOCKS);
    a.place(block);
    a.load(Width.H, scale, Address.at(BLOCK, 0));
    a.fcvt(scale, scale);
    codes();
    for (int i = 0; i < codes.length; i++) {
      sixteen(codes[i], i * PackedLayout.BLOCK / 2 * Float.BYTES);
    }
    a.add(BLOCK, BLOCK, format.bytes());
    a.add(INTO, INTO, PackedLayout.BLOCK * Float.BYTES);
    a.subs(LEFT, LEFT, 1);
    a.jumpIf(Condition.NOT_ZERO, block);
    a.add(ROW, ROW, ROW_STRIDE);
    a.add(OUT, OUT, OUT_STRIDE);
    a.subs(COUNT, COUNT, 1);
    a.jumpIf(Condition.NOT_ZERO, row);
    return writer.finish();
  }

  /** The block's codes as bytes, signed but for Q4_1's, and that one's minimum. */
  private void codes() {
    if (format == CacheFormat.Q8_0) {
      a.load(Width.Q, codes[0], Address.at(BLOCK, 2));
      a.load(Width.Q, codes[1], Address.at(BLOCK, 2 + VectorRegister.BYTES));
      return;
    }
    // Sixteen bytes: elements 0-15 in their low halves, 16-31 in their high ones.
    a.load(Width.Q, codes[0], Address.at(BLOCK, format.bytes() - VectorRegister.BYTES));
    a.emit(Op.USHR_B, codes[1], codes[0], 4);
    a.emit(Op.AND, codes[0], codes[0], mask);
    switch (format) {
      case Q4_0 -> {
        for (VectorRegister code : codes) {
          a.emit(Op.SUB_B, code, code, table);
        }
      }
      case IQ4_NL -> {
        for (VectorRegister code : codes) {
          a.emit(Op.TBL, code, table, code);
        }
      }
      case Q4_1 -> {
        a.load(Width.H, minimum, Address.at(BLOCK, Short.BYTES));
        a.fcvt(minimum, minimum);
        a.emit(Op.DUP, minimum, minimum.lane(0));
      }
      case Q8_0 -> {}
    }
  }

  private void sixteen(VectorRegister bytes, int at) {
    for (int half = 0; half < 2; half++) {
      a.emit(half == 0 ? Op.SSHLL_B : Op.SSHLL2_B, eight, bytes, 0);
      for (int quarter = 0; quarter < 2; quarter++) {
        a.emit(quarter == 0 ? Op.SSHLL_H : Op.SSHLL2_H, four, eight, 0);
        a.emit(Op.SCVTF, four, four);
        if (format == CacheFormat.Q4_1) {
          writer.move(element, minimum);
          a.emit(Op.FMLA_LANE, element, four, scale.lane(0));
        } else {
          a.emit(Op.FMUL_LANE, element, four, scale.lane(0));
        }
        int place = (2 * half + quarter) * VectorRegister.BYTES;
        a.store(Width.Q, Address.at(INTO, at + place), element);
      }
    }
  }
}
