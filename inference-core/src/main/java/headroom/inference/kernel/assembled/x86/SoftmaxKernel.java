package headroom.inference.kernel.assembled.x86;

import static headroom.inference.assembler.x86.Register.R10;
import static headroom.inference.assembler.x86.Register.R9;
import static headroom.inference.assembler.x86.Register.RAX;
import static headroom.inference.assembler.x86.Register.RDX;
import static headroom.inference.assembler.x86.Register.RSI;
import static headroom.inference.assembler.x86.Register.RSP;

import headroom.inference.assembler.Label;
import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.assembler.x86.VectorWidth;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.ScoreRow;

/** Writes {@link Machine#soften}, with the {@link Exponential} of eight scores at a time. */
final class SoftmaxKernel {
  private final KernelWriter writer = new KernelWriter(InstructionSet.AVX2);
  private final Assembler a = writer.assembler();
  private final VectorRegister largest = writer.register();
  private final VectorRegister sum = writer.register();
  private final VectorRegister shrink = writer.register();
  private final VectorRegister x = writer.register();
  private final ExponentialSteps exponential = new ExponentialSteps(writer, x);

  private SoftmaxKernel() {}

  static byte[] assemble() {
    return new SoftmaxKernel().assembleAll();
  }

  private byte[] assembleAll() {
    a.add(RSI, RDX);
    a.load64(R10, Memory.at(RSP, 3 * Long.BYTES)); // past the return address and two arguments
    writer.loadConstants();
    exponential.begin();
    Label row = new Label();
    a.place(row);
    soften();
    a.add(RSI, ScoreRow.BYTES);
    a.sub(R10, 1);
    a.jumpIfNotZero(row);
    a.vzeroupper();
    a.ret();
    return writer.finish();
  }

  /** One query's scores. */
  private void soften() {
    a.emit(Op.VBROADCASTSS, x, state(ScoreRow.LARGEST));
    a.emit(Op.VMOVUPS, largest, x);
    overScores(() -> a.emit(Op.VMAXPS, largest, largest, Memory.at(RDX, 0)));
    writer.spreadLargest(largest, sum);
    a.emit(Op.VSUBPS, x, x, largest);
    exponential.write();
    a.emit(Op.VMOVUPS, shrink, x);
    writer.zero(sum);
    overScores(
        () -> {
          a.emit(Op.VMOVUPS, x, Memory.at(RDX, 0));
          a.emit(Op.VSUBPS, x, x, largest);
          exponential.write();
          a.emit(Op.VMOVUPS_STORE, Memory.at(RDX, 0), x);
          a.emit(Op.VADDPS, sum, sum, x);
        });
    writer.sumLanes(sum, x);
    VectorRegister total = sum.as(VectorWidth.XMM);
    VectorRegister before = x.as(VectorWidth.XMM);
    VectorRegister factor = shrink.as(VectorWidth.XMM);
    a.emit(Op.VMOVSS, before, state(ScoreRow.SUM));
    a.emit(Op.VFMADD231PS, total, before, factor);
    a.emit(Op.VMOVSS_STORE, state(ScoreRow.LARGEST), largest.as(VectorWidth.XMM));
    a.emit(Op.VMOVSS_STORE, state(ScoreRow.SUM), total);
    a.emit(Op.VMOVSS_STORE, state(ScoreRow.SHRINK), factor);
  }

  private static Memory state(int place) {
    return Memory.at(RSI, ScoreRow.at(place));
  }

  /** A loop over the scores, eight at {@code rdx} each time. */
  private void overScores(Runnable body) {
    a.mov(RDX, RSI);
    a.mov(RAX, R9);
    Label next = new Label();
    a.place(next);
    body.run();
    a.add(RDX, RowKernel.LANES * Float.BYTES);
    a.sub(RAX, 1);
    a.jumpIfNotZero(next);
  }
}
