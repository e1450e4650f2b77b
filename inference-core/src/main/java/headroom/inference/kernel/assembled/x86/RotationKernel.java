package headroom.inference.kernel.assembled.x86;

import static headroom.inference.assembler.x86.Register.R10;
import static headroom.inference.assembler.x86.Register.R11;
import static headroom.inference.assembler.x86.Register.R8;
import static headroom.inference.assembler.x86.Register.R9;
import static headroom.inference.assembler.x86.Register.RAX;
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
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.kernel.assembled.Machine;

/** Writes {@link Machine#rotate}, rounding as plain loops do. */
final class RotationKernel {
  private static final Register FIRST = RDI;
  private static final Register SECOND = R9;
  private static final Register COSINES = RDX;
  private static final Register SINES = R8;
  private static final Register PAIRS = RSI;
  private static final Register HEADS = R10;
  private static final Register STRIDE = R11;

  /** Bytes of four pairs' cosines. */
  private static final int FOUR = 4 * Float.BYTES;

  private final KernelWriter writer = new KernelWriter(InstructionSet.AVX2);
  private final Assembler a = writer.assembler();
  private final VectorRegister x = writer.register();
  private final VectorRegister y = writer.register();
  private final VectorRegister cosine = writer.register();
  private final VectorRegister sine = writer.register();
  private final VectorRegister turned = writer.register();
  private final VectorRegister spare = writer.register();
  private final VectorRegister twice = writer.register(); // 0 0 1 1 2 2 3 3
  private final RotaryStyle style;

  private RotationKernel(RotaryStyle style) {
    this.style = style;
  }

  static byte[] assemble(RotaryStyle style) {
    return new RotationKernel(style).assemble();
  }

  private byte[] assemble() {
    a.add(FIRST, RSI);
    a.add(COSINES, RCX);
    a.add(SINES, R9);
    a.load64(PAIRS, Memory.at(RSP, Long.BYTES)); // past the return address
    a.load64(HEADS, Memory.at(RSP, 2 * Long.BYTES));
    a.load64(STRIDE, Memory.at(RSP, 3 * Long.BYTES));
    if (style == RotaryStyle.ADJACENT) {
      writer.loadConstants();
      byte[] order = {0, 0, 1, 1, 2, 2, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0};
      a.emit(Op.VPMOVZXBD, twice, writer.table(order));
    }
    Label head = new Label();
    a.place(head);
    a.lea(SECOND, Memory.at(FIRST, PAIRS, Float.BYTES, 0));
    new ElementLoop(a, PAIRS, RCX, RAX).write(1, this::turn);
    a.add(FIRST, STRIDE);
    a.sub(HEADS, 1);
    a.jumpIfNotZero(head);
    a.vzeroupper();
    a.ret();
    return writer.finish();
  }

  private void turn(ElementLoop.Elements now) {
    if (style == RotaryStyle.HALVES) {
      turn(now, now.at(FIRST), now.at(SECOND));
    } else if (now.alone()) {
      turn(now, now.at(FIRST, 2, 0), now.at(FIRST, 2, Float.BYTES));
    } else {
      turnFour(now, 0);
      turnFour(now, FOUR);
    }
  }

  /** x, y = x cos - y sin, x sin + y cos. */
  private void turn(ElementLoop.Elements now, Memory first, Memory second) {
    now.load(x, first);
    now.load(y, second);
    now.load(cosine, now.at(COSINES));
    now.load(sine, now.at(SINES));
    now.emit(Op.VMULPS, turned, x, cosine);
    now.emit(Op.VMULPS, spare, y, sine);
    now.emit(Op.VSUBPS, turned, turned, spare);
    now.emit(Op.VMULPS, x, x, sine);
    now.emit(Op.VMULPS, y, y, cosine);
    now.emit(Op.VADDPS, x, x, y);
    now.store(first, turned);
    now.store(second, x);
  }

  /** Four pairs side by side, whose cosines are so many bytes on. */
  private void turnFour(ElementLoop.Elements now, int bytes) {
    Memory pairs = now.at(FIRST, 2, 2 * bytes);
    a.emit(Op.VMOVUPS, x, pairs);
    spread(cosine, now.at(COSINES, 1, bytes));
    spread(sine, now.at(SINES, 1, bytes));
    a.shuffle(Op.VPSHUFD, y, x, 0b10_11_00_01); // neighbours exchanged
    a.emit(Op.VMULPS, x, x, cosine);
    a.emit(Op.VMULPS, y, y, sine);
    a.emit(Op.VADDSUBPS, x, x, y);
    a.emit(Op.VMOVUPS_STORE, pairs, x);
  }

  /** Four floats, each twice. */
  private void spread(VectorRegister into, Memory from) {
    a.emit(Op.VMOVUPS, into.as(VectorWidth.XMM), from);
    a.emit(Op.VPERMD, into, twice, into);
  }
}
