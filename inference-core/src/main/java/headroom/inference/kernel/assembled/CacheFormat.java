package headroom.inference.kernel.assembled;

import headroom.inference.assembler.Assembler;
import headroom.inference.assembler.Op;
import headroom.inference.assembler.VectorRegister;
import headroom.inference.assembler.VectorWidth;
import headroom.inference.codec.CodeBooks;
import headroom.quant.QuantFormat;
import java.util.Arrays;
import java.util.Optional;

/**
 * Formats of blocks of 32 that kernels make floats of: element = scale * code + minimum.
 */
enum CacheFormat implements CachedFormat {
  Q8_0(QuantFormat.Q8_0, 34),
  Q4_0(QuantFormat.Q4_0, 18),
  Q4_1(QuantFormat.Q4_1, 20),
  IQ4_NL(QuantFormat.IQ4_NL, 18);

  /** Codes that are widened at once: the lanes of a register of 32 bytes. */
  static final int LANES = VectorWidth.YMM.lanes();

  private final QuantFormat stored;
  private final int bytes;

  CacheFormat(QuantFormat stored, int bytes) {
    this.stored = stored;
    this.bytes = bytes;
  }

  static Optional<CacheFormat> of(QuantFormat format) {
    return Arrays.stream(values()).filter(cache -> cache.stored == format).findFirst();
  }

  @Override
  public QuantFormat stored() {
    return stored;
  }

  @Override
  public int blockBytes() {
    return bytes;
  }

  @Override
  public boolean hasScale() {
    return true;
  }

  @Override
  public boolean hasMinimum() {
    return this == Q4_0 || this == Q4_1;
  }

  @Override
  public void scales(
      KernelWriter writer, Block block, VectorRegister scale, VectorRegister minimum) {
    Assembler a = writer.assembler();
    VectorRegister low = scale.as(VectorWidth.XMM);
    a.emit(Op.VCVTPH2PS, low, block.at(0)); // two numbers, or one and two codes that nobody reads
    if (this == Q4_1) {
      VectorRegister second = minimum.as(VectorWidth.XMM);
      a.shuffle(Op.VPSHUFD, second, low, 0b01_01_01_01);
      a.emit(Op.VBROADCASTSS, minimum, second);
    }
    a.emit(Op.VBROADCASTSS, scale, low);
    if (this == Q4_0) {
      a.emit(Op.VMULPS, minimum, scale, writer.floats(-8));
    }
  }

  @Override
  public void floats(
      KernelWriter writer,
      Block block,
      int eight,
      VectorRegister into,
      VectorRegister scale,
      VectorRegister minimum) {
    Assembler a = writer.assembler();
    codes(writer, block, eight, into);
    a.emit(Op.VCVTDQ2PS, into, into);
    if (hasMinimum()) {
      a.emit(Op.VFMADD213PS, into, scale, minimum);
    } else {
      a.emit(Op.VMULPS, into, into, scale);
    }
  }

  /** Brings eight codes of the block as whole numbers. */
  private void codes(KernelWriter writer, Block block, int eight, VectorRegister into) {
    Assembler a = writer.assembler();
    if (this == Q8_0) {
      a.emit(Op.VPMOVSXBD, into, block.at(2 + eight * LANES));
      return;
    }
    // Sixteen bytes: elements 0-15 in their low halves, 16-31 in their high ones.
    VectorRegister nibbles = into.as(VectorWidth.XMM);
    a.emit(Op.VMOVDQU, nibbles, block.at(bytes - 16));
    if (eight >= 2) {
      a.shift(Op.VPSRLW, nibbles, nibbles, 4);
    }
    a.emit(Op.VPAND, nibbles, nibbles, writer.bytes(0x0F));
    if (this == IQ4_NL) {
      VectorRegister values = writer.spare().as(VectorWidth.XMM);
      a.emit(Op.VMOVDQU, values, writer.table(CodeBooks.iq4()));
      a.emit(Op.VPSHUFB, nibbles, values, nibbles);
    }
    if (eight % 2 == 1) {
      a.shuffle(Op.VPSHUFD, nibbles, nibbles, 0b11_10_11_10); // the upper eight bytes
    }
    a.emit(this == IQ4_NL ? Op.VPMOVSXBD : Op.VPMOVZXBD, into, nibbles);
  }
}
