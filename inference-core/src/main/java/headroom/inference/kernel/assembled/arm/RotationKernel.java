package headroom.inference.kernel.assembled.arm;

import static headroom.inference.assembler.arm.Register.X0;
import static headroom.inference.assembler.arm.Register.X1;
import static headroom.inference.assembler.arm.Register.X10;
import static headroom.inference.assembler.arm.Register.X11;
import static headroom.inference.assembler.arm.Register.X12;
import static headroom.inference.assembler.arm.Register.X13;
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
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.kernel.assembled.Machine;
import java.util.List;

/** Writes {@link Machine#rotate}, rounding as plain loops do. */
final class RotationKernel {
  private static final Register HEAD = X0;
  private static final Register COSINES = X2;
  private static final Register SINES = X4;
  private static final Register PAIRS = X6;
  private static final Register HEADS = X7;
  private static final Register STRIDE = X8;
  private static final Register FIRST = X9;
  private static final Register SECOND = X10;
  private static final Register COSINE = X11;
  private static final Register SINE = X12;
  private static final Register LEFT = X13;

  private final KernelWriter writer = new KernelWriter();
  private final Assembler a = writer.assembler();
  private final VectorRegister x = writer.register();
  private final VectorRegister y = writer.register();
  private final VectorRegister cosine = writer.register();
  private final VectorRegister sine = writer.register();
  private final VectorRegister turned = writer.register();
  private final VectorRegister spare = writer.register();
  private final RotaryStyle style;

  private RotationKernel(RotaryStyle style) {
    this.style = style;
  }

  static byte[] assemble(RotaryStyle style) {
    return new RotationKernel(style).assemble();
  }

  private byte[] assemble() {
    writer.begin();
    a.add(HEAD, HEAD, X1);
    a.add(COSINES, COSINES, X3);
    a.add(SINES, SINES, X5);
    a.load64(STRIDE, Address.at(Register.SP, writer.stackArguments()));
    Label head = new Label();
    a.place(head);
    a.mov(FIRST, HEAD);
    a.mov(COSINE, COSINES);
    a.mov(SINE, SINES);
    if (style == RotaryStyle.HALVES) {
      a.add(SECOND, HEAD, PAIRS, 2); // four bytes each
      ElementLoop.over(a, PAIRS, LEFT, FIRST, SECOND, COSINE, SINE).write(1, this::turnHalves);
    } else {
      List<ElementLoop.Pointer> pointers =
          List.of(
              new ElementLoop.Pointer(FIRST, 2),
              new ElementLoop.Pointer(COSINE, 1),
              new ElementLoop.Pointer(SINE, 1));
      new ElementLoop(a, PAIRS, LEFT, pointers).write(1, this::turnNeighbours);
    }
    a.add(HEAD, HEAD, STRIDE);
    a.subs(HEADS, HEADS, 1);
    a.jumpIf(Condition.NOT_ZERO, head);
    return writer.finish();
  }

  private void turnHalves(ElementLoop.Elements now) {
    now.load(x, FIRST);
    now.load(y, SECOND);
    turn(now);
    now.store(FIRST, turned);
    now.store(SECOND, x);
  }

  private void turnNeighbours(ElementLoop.Elements now) {
    int second = now.alone() ? Float.BYTES : VectorRegister.BYTES;
    now.load(x, FIRST);
    now.load(y, FIRST, second);
    if (!now.alone()) {
      writer.move(spare, x);
      a.emit(Op.UZP1, x, spare, y);
      a.emit(Op.UZP2, y, spare, y);
    }
    turn(now);
    if (!now.alone()) {
      a.emit(Op.ZIP2, y, turned, x);
      a.emit(Op.ZIP1, turned, turned, x);
      now.store(FIRST, second, y);
    } else {
      now.store(FIRST, second, x);
    }
    now.store(FIRST, turned);
  }

  /** turned, x = x cos - y sin, x sin + y cos. */
  private void turn(ElementLoop.Elements now) {
    now.load(cosine, COSINE);
    now.load(sine, SINE);
    a.emit(Op.FMUL, turned, x, cosine);
    a.emit(Op.FMUL, spare, y, sine);
    a.emit(Op.FSUB, turned, turned, spare);
    a.emit(Op.FMUL, x, x, sine);
    a.emit(Op.FMUL, y, y, cosine);
    a.emit(Op.FADD, x, x, y);
  }
}
