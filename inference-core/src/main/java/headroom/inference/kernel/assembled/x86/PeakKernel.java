package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.Label;
import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.kernel.assembled.Machine;

/** Writes {@link Machine#peakOfBytes} and {@link Machine#peakOfFloats}. */
final class PeakKernel {
  /** Sums in flight: each addition takes four or five cycles, and two begin in a cycle. */
  private static final int SUMS = 10;

  private PeakKernel() {}

  /** Multiply-adds of one round of bytes. */
  static long bytesPerRound(InstructionSet set) {
    return (long) SUMS * set.width().bytes();
  }

  /** Multiply-adds of one round of floats. */
  static long floatsPerRound(InstructionSet set) {
    return (long) SUMS * set.width().lanes();
  }

  /** Products of bytes, added up in 32 bits, by the instructions that {@link TileKernel} has. */
  static byte[] bytes(InstructionSet set) {
    return loop(
        set,
        (writer, sum, x) -> {
          Assembler a = writer.assembler();
          if (set.hasByteProducts()) {
            a.emit(Op.VPDPBUSD, sum, x[0], x[1]);
          } else {
            a.emit(Op.VPMADDUBSW, x[2], x[0], x[1]);
            a.emit(Op.VPMADDWD, x[2], x[2], x[1]);
            a.emit(Op.VPADDD, sum, sum, x[2]);
          }
        });
  }

  /** Products of floats. */
  static byte[] floats(InstructionSet set) {
    return loop(set, (writer, sum, x) -> writer.assembler().emit(Op.VFMADD231PS, sum, x[0], x[1]));
  }

  private interface Step {
    void write(KernelWriter writer, VectorRegister sum, VectorRegister[] x);
  }

  private static byte[] loop(InstructionSet set, Step step) {
    KernelWriter writer = new KernelWriter(set);
    Assembler a = writer.assembler();
    VectorRegister[] sums = writer.registersIfFree(SUMS).orElseThrow();
    VectorRegister[] x = writer.registersIfFree(3).orElseThrow();
    for (VectorRegister register : sums) {
      writer.zero(register);
    }
    for (VectorRegister register : x) {
      writer.zero(register);
    }
    Label round = new Label();
    a.place(round);
    for (VectorRegister sum : sums) {
      step.write(writer, sum, x);
    }
    a.sub(KernelWriter.COUNT, 1);
    a.jumpIfNotZero(round);
    a.vzeroupper();
    a.ret();
    return writer.finish();
  }
}
