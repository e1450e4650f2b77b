package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.assembler.x86.VectorWidth;
import headroom.inference.codec.CodeBooks;
import headroom.inference.kernel.assembled.CacheFormat;
import headroom.inference.kernel.assembled.CachedFormat;
import headroom.inference.kernel.assembled.RowFormat;

/** Writes instructions that make floats of rows, eight elements at a time. */
final class CachedLoads {
  /** Elements that are widened at once: the lanes of a register of 32 bytes. */
  static final int LANES = VectorWidth.YMM.lanes();

  private final KernelWriter writer;
  private final Assembler a;
  private final CachedFormat format;
  private final VectorRegister spare;

  /** Where the bytes of a block are found. */
  interface Block {
    /** This byte of it. */
    Memory at(int offset);
  }

  /**
   * @param spare a register that they may use for formats that have a scale
   */
  CachedLoads(KernelWriter writer, CachedFormat format, VectorRegister spare) {
    this.writer = writer;
    this.a = writer.assembler();
    this.format = format;
    this.spare = spare;
  }

  /** True where elements are not scale * code alone. */
  static boolean hasMinimum(CachedFormat format) {
    return format == CacheFormat.Q4_0 || format == CacheFormat.Q4_1;
  }

  /** A block's scale and minimum in every lane, of formats that have them. */
  void scales(Block block, VectorRegister scale, VectorRegister minimum) {
    VectorRegister low = scale.as(VectorWidth.XMM);
    a.emit(Op.VCVTPH2PS, low, block.at(0)); // two numbers, or one and two codes that nobody reads
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
   * Eight elements of a block.
   *
   * @param eight 0 to 3
   */
  void floats(
      Block block, int eight, VectorRegister into, VectorRegister scale, VectorRegister minimum) {
    switch (format) {
      case RowFormat row -> load(a, row, into, block.at(eight * LANES * row.bytes()));
      case CacheFormat codes -> {
        codes(codes, block, eight, into);
        a.emit(Op.VCVTDQ2PS, into, into);
        if (hasMinimum(format)) {
          a.emit(Op.VFMADD213PS, into, scale, minimum);
        } else {
          a.emit(Op.VMULPS, into, into, scale);
        }
      }
    }
  }

  /** Eight elements of a row of floats. */
  static void load(Assembler a, RowFormat format, VectorRegister into, Memory from) {
    switch (format) {
      case F32 -> a.emit(Op.VMOVUPS, into, from);
      case F16 -> a.emit(Op.VCVTPH2PS, into, from);
      case BF16 -> {
        a.emit(Op.VPMOVZXWD, into, from);
        a.shift(Op.VPSLLD, into, into, 16); // a bfloat16 is the upper half of a float
      }
    }
  }

  /** Eight codes of the block as whole numbers. */
  private void codes(CacheFormat codes, Block block, int eight, VectorRegister into) {
    if (codes == CacheFormat.Q8_0) {
      a.emit(Op.VPMOVSXBD, into, block.at(2 + eight * LANES));
      return;
    }
    // Sixteen bytes: elements 0-15 in their low halves, 16-31 in their high ones.
    VectorRegister nibbles = into.as(VectorWidth.XMM);
    a.emit(Op.VMOVDQU, nibbles, block.at(codes.blockBytes() - 16));
    if (eight >= 2) {
      a.shift(Op.VPSRLW, nibbles, nibbles, 4);
    }
    a.emit(Op.VPAND, nibbles, nibbles, writer.bytes(0x0F));
    if (codes == CacheFormat.IQ4_NL) {
      VectorRegister values = spare.as(VectorWidth.XMM);
      a.emit(Op.VMOVDQU, values, writer.table(CodeBooks.iq4()));
      a.emit(Op.VPSHUFB, nibbles, values, nibbles);
    }
    if (eight % 2 == 1) {
      a.shuffle(Op.VPSHUFD, nibbles, nibbles, 0b11_10_11_10); // the upper eight bytes
    }
    a.emit(codes == CacheFormat.IQ4_NL ? Op.VPMOVSXBD : Op.VPMOVZXBD, into, nibbles);
  }
}
