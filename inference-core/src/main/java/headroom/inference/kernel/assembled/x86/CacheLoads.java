package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.Register;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.assembler.x86.VectorWidth;
import headroom.inference.codec.CodeBooks;
import headroom.inference.kernel.assembled.CacheFormat;

/** Writes instructions that bring what a block of a cached row holds. */
final class CacheLoads {
  /** Codes that are widened at once: the lanes of a register of 32 bytes. */
  static final int LANES = VectorWidth.YMM.lanes();

  private final KernelWriter writer;
  private final Assembler a;
  private final CacheFormat format;
  private final Register block;
  private final VectorRegister spare;

  /**
   * @param block where a block starts
   * @param spare a register that they may use
   */
  CacheLoads(KernelWriter writer, CacheFormat format, Register block, VectorRegister spare) {
    this.writer = writer;
    this.a = writer.assembler();
    this.format = format;
    this.block = block;
    this.spare = spare;
  }

  /** The scale and the minimum of the block, in every lane. */
  void scales(VectorRegister scale, VectorRegister minimum) {
    VectorRegister low = scale.as(VectorWidth.XMM);
    a.emit(Op.VCVTPH2PS, low, block(0)); // two numbers, or one and two codes that nobody reads
    if (format == CacheFormat.Q4_1) {
      VectorRegister second = minimum.as(VectorWidth.XMM);
      a.shuffle(Op.VPSHUFD, second, low, 0b01_01_01_01);
      a.emit(Op.VBROADCASTSS, minimum, second);
    }
    a.emit(Op.VBROADCASTSS, scale, low);
    if (format == CacheFormat.Q4_0) {
      a.emit(Op.VMULPS, minimum, scale, writer.floats(-8));
    }
  }

  /**
   * Eight codes of the block as whole numbers.
   *
   * @param eight 0 to 3
   */
  void codes(int eight, VectorRegister into) {
    if (format == CacheFormat.Q8_0) {
      a.emit(Op.VPMOVSXBD, into, block(2 + eight * LANES));
      return;
    }
    // Sixteen bytes: elements 0-15 in their low halves, 16-31 in their high ones.
    VectorRegister nibbles = into.as(VectorWidth.XMM);
    a.emit(Op.VMOVDQU, nibbles, block(format.bytes() - 16));
    if (eight >= 2) {
      a.shift(Op.VPSRLW, nibbles, nibbles, 4);
    }
    a.emit(Op.VPAND, nibbles, nibbles, writer.bytes(0x0F));
    if (format == CacheFormat.IQ4_NL) {
      VectorRegister values = spare.as(VectorWidth.XMM);
      a.emit(Op.VMOVDQU, values, writer.table(CodeBooks.iq4()));
      a.emit(Op.VPSHUFB, nibbles, values, nibbles);
    }
    if (eight % 2 == 1) {
      a.shuffle(Op.VPSHUFD, nibbles, nibbles, 0b11_10_11_10); // the upper eight bytes
    }
    a.emit(format == CacheFormat.IQ4_NL ? Op.VPMOVSXBD : Op.VPMOVZXBD, into, nibbles);
  }

  private Memory block(int at) {
    return Memory.at(block, at);
  }
}
