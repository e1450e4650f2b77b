package headroom.inference.kernel.assembled;

import headroom.inference.assembler.Assembler;
import headroom.inference.assembler.Memory;
import headroom.inference.assembler.Op;
import headroom.inference.assembler.VectorRegister;
import headroom.inference.assembler.VectorWidth;
import headroom.inference.codec.CodeBooks;
import headroom.quant.QuantFormat;
import java.util.Arrays;
import java.util.Optional;

/**
 * Formats of blocks of 32 that {@link DecodingKernel} makes floats of: element = scale * code +
 * minimum.
 */
enum CacheFormat {
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

  /** As the cache names it. */
  QuantFormat stored() {
    return stored;
  }

  /** Bytes of a block. */
  int bytes() {
    return bytes;
  }

  /** True where elements are not scale * code alone. */
  boolean hasMinimum() {
    return this == Q4_0 || this == Q4_1;
  }

  /**
   * Writes instructions that bring the scale and the minimum of the block at {@code rdx} into every
   * lane.
   */
  void scales(KernelWriter writer, VectorRegister scale, VectorRegister minimum) {
    Assembler a = writer.assembler();
    VectorRegister low = scale.as(VectorWidth.XMM);
    a.emit(Op.VCVTPH2PS, low, block(0)); // two numbers, or one and two codes that nobody reads
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

  /**
   * Writes instructions that bring eight codes of the block at {@code rdx} as whole numbers.
   *
   * @param eight 0 to 3
   */
  void codes(KernelWriter writer, int eight, VectorRegister into) {
    Assembler a = writer.assembler();
    if (this == Q8_0) {
      a.emit(Op.VPMOVSXBD, into, block(2 + eight * LANES));
      return;
    }
    // Sixteen bytes: elements 0-15 in their low halves, 16-31 in their high ones.
    VectorRegister nibbles = into.as(VectorWidth.XMM);
    a.emit(Op.VMOVDQU, nibbles, block(bytes - 16));
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

  private static Memory block(int at) {
    return Memory.at(DecodingKernel.BLOCK, at);
  }
}
