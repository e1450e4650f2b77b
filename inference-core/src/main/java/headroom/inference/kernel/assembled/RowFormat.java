package headroom.inference.kernel.assembled;

import headroom.inference.assembler.Assembler;
import headroom.inference.assembler.Memory;
import headroom.inference.assembler.Op;
import headroom.inference.assembler.VectorRegister;
import headroom.quant.QuantFormat;
import java.util.Arrays;
import java.util.Optional;

/** Formats whose elements become floats as they are loaded, so that rows need no repacking. */
enum RowFormat implements CachedFormat {
  F32(QuantFormat.F32, Float.BYTES),
  F16(QuantFormat.F16, Short.BYTES),
  BF16(QuantFormat.BF16, Short.BYTES);

  private final QuantFormat stored;
  private final int bytes;

  RowFormat(QuantFormat stored, int bytes) {
    this.stored = stored;
    this.bytes = bytes;
  }

  static Optional<RowFormat> of(QuantFormat format) {
    return Arrays.stream(values()).filter(row -> row.stored == format).findFirst();
  }

  /** Bytes of an element. */
  int bytes() {
    return bytes;
  }

  @Override
  public QuantFormat stored() {
    return stored;
  }

  @Override
  public int blockBytes() {
    return PackedLayout.BLOCK * bytes;
  }

  @Override
  public boolean hasScale() {
    return false;
  }

  @Override
  public boolean hasMinimum() {
    return false;
  }

  @Override
  public void scales(
      KernelWriter writer, Block block, VectorRegister scale, VectorRegister minimum) {
    throw new UnsupportedOperationException(this + " has no scales");
  }

  @Override
  public void floats(
      KernelWriter writer,
      Block block,
      int eight,
      VectorRegister into,
      VectorRegister scale,
      VectorRegister minimum) {
    load(writer.assembler(), into, block.at(eight * RowKernel.LANES * bytes));
  }

  /** Brings eight elements as floats. */
  void load(Assembler a, VectorRegister into, Memory from) {
    switch (this) {
      case F32 -> a.emit(Op.VMOVUPS, into, from);
      case F16 -> a.emit(Op.VCVTPH2PS, into, from);
      case BF16 -> {
        a.emit(Op.VPMOVZXWD, into, from);
        a.shift(Op.VPSLLD, into, into, 16); // a bfloat16 is the upper half of a float
      }
    }
  }
}
