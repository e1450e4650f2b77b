package headroom.inference.kernel.assembled;

import headroom.inference.assembler.Assembler;
import headroom.inference.assembler.Memory;
import headroom.inference.assembler.Op;
import headroom.inference.assembler.VectorRegister;
import headroom.inference.codec.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How the scales of a tile lie in memory, in planes of their own behind the codes: one plane with
 * an entry per block of 32 columns, and where a format has scales of scales, one with an entry per
 * 256. Every weight is scale * code - minimum.
 */
sealed interface TileScales {
  /** Blocks of 32 columns that share an entry of the second plane. */
  int BLOCKS_PER_SUPER = 8;

  /** Bytes per row and block in the first plane. */
  int bytes();

  /** Bytes per row and eight blocks in the second plane, 0 where there is none. */
  default int superBytes() {
    return 0;
  }

  /** Parts of a block with a scale of their own: 1, or 2 of 16 columns each. */
  default int parts() {
    return 1;
  }

  /** True where minimums are not all zero. */
  boolean hasMinimum();

  /**
   * Stores one row's entries of a block.
   *
   * @param row its numbers as {@link StoredRow} reads them
   * @param at byte of the first plane where this block's entry of all rows starts
   * @param superAt the same of the second
   */
  void store(
      StoredRow row, int block, MemorySegment tile, long at, long superAt, int lane, int lanes);

  /** Writes instructions that bring the rows' scales and minimums of one part of a block. */
  void load(KernelWriter writer, int part, VectorRegister scale, VectorRegister minimum);

  private static int lanes(KernelWriter writer) {
    return writer.set().lanes();
  }

  /**
   * One half-precision scale; the minimum is {@code offset} scales.
   *
   * @param offset what codes are moved up by
   */
  record Half(int offset) implements TileScales {
    @Override
    public int bytes() {
      return 2;
    }

    @Override
    public boolean hasMinimum() {
      return offset != 0;
    }

    @Override
    public void store(
        StoredRow row, int block, MemorySegment tile, long at, long superAt, int lane, int lanes) {
      tile.set(LittleEndian.SHORT, at + 2L * lane, row.scale(block));
    }

    @Override
    public void load(KernelWriter writer, int part, VectorRegister scale, VectorRegister minimum) {
      writer.halves(scale, Memory.at(KernelWriter.SCALES, 0));
      if (hasMinimum()) {
        writer.assembler().emit(Op.VMULPS, minimum, scale, writer.floats(offset));
      }
    }
  }

  /** A half-precision scale and a half-precision minimum. */
  record HalfAndMinimum() implements TileScales {
    @Override
    public int bytes() {
      return 4;
    }

    @Override
    public boolean hasMinimum() {
      return true;
    }

    @Override
    public void store(
        StoredRow row, int block, MemorySegment tile, long at, long superAt, int lane, int lanes) {
      tile.set(LittleEndian.SHORT, at + 2L * lane, row.scale(block));
      tile.set(LittleEndian.SHORT, at + 2L * (lanes + lane), row.minimum(block));
    }

    @Override
    public void load(KernelWriter writer, int part, VectorRegister scale, VectorRegister minimum) {
      writer.halves(scale, Memory.at(KernelWriter.SCALES, 0));
      writer.halves(minimum, Memory.at(KernelWriter.SCALES, 2 * lanes(writer)));
    }
  }

  /** An exponent: scale = 2^(e - 128), as MXFP4 has it for its table of doubled values. */
  record Exponent(int offset) implements TileScales {
    @Override
    public int bytes() {
      return 1;
    }

    @Override
    public boolean hasMinimum() {
      return offset != 0;
    }

    @Override
    public void store(
        StoredRow row, int block, MemorySegment tile, long at, long superAt, int lane, int lanes) {
      tile.set(ValueLayout.JAVA_BYTE, at + lane, (byte) row.smallScale(block, 0));
    }

    @Override
    public void load(KernelWriter writer, int part, VectorRegister scale, VectorRegister minimum) {
      Assembler a = writer.assembler();
      a.emit(Op.VPMOVZXBD, scale, Memory.at(KernelWriter.SCALES, 0));
      a.shift(Op.VPSLLD, scale, scale, 23); // the exponent's place in a float
      a.emit(Op.VMULPS, scale, scale, writer.floats(0.5f));
      if (hasMinimum()) {
        a.emit(Op.VMULPS, minimum, scale, writer.floats(offset));
      }
    }
  }

  /** Unsigned bytes times a half for scales, and others times another half for minimums. */
  record SuperAndMinimum() implements TileScales {
    @Override
    public int bytes() {
      return 2;
    }

    @Override
    public int superBytes() {
      return 4;
    }

    @Override
    public boolean hasMinimum() {
      return true;
    }

    @Override
    public void store(
        StoredRow row, int block, MemorySegment tile, long at, long superAt, int lane, int lanes) {
      tile.set(ValueLayout.JAVA_BYTE, at + lane, (byte) row.smallScale(block, 0));
      tile.set(ValueLayout.JAVA_BYTE, at + lanes + lane, (byte) row.smallMinimum(block));
      if (block % BLOCKS_PER_SUPER == 0) {
        tile.set(LittleEndian.SHORT, superAt + 2L * lane, row.scale(block));
        tile.set(LittleEndian.SHORT, superAt + 2L * (lanes + lane), row.minimum(block));
      }
    }

    @Override
    public void load(KernelWriter writer, int part, VectorRegister scale, VectorRegister minimum) {
      int lanes = lanes(writer);
      writer.bytesToFloats(Op.VPMOVZXBD, scale, Memory.at(KernelWriter.SCALES, 0));
      writer.halves(minimum, Memory.at(KernelWriter.SUPERS, 0));
      writer.assembler().emit(Op.VMULPS, scale, scale, minimum);
      // The spare of this format is the register of the products, which are all added by now.
      VectorRegister spare = writer.spare();
      writer.bytesToFloats(Op.VPMOVZXBD, minimum, Memory.at(KernelWriter.SCALES, lanes));
      writer.halves(spare, Memory.at(KernelWriter.SUPERS, 2 * lanes));
      writer.assembler().emit(Op.VMULPS, minimum, minimum, spare);
    }
  }

  /**
   * A byte for each half of a block: its lower four bits times a half are the scale, its upper four
   * times another half the minimum.
   */
  record NibblesAndMinimum() implements TileScales {
    @Override
    public int bytes() {
      return 2;
    }

    @Override
    public int superBytes() {
      return 4;
    }

    @Override
    public int parts() {
      return 2;
    }

    @Override
    public boolean hasMinimum() {
      return true;
    }

    @Override
    public void store(
        StoredRow row, int block, MemorySegment tile, long at, long superAt, int lane, int lanes) {
      for (int part = 0; part < parts(); part++) {
        tile.set(
            ValueLayout.JAVA_BYTE, at + part * lanes + lane, (byte) row.smallScale(block, part));
      }
      if (block % BLOCKS_PER_SUPER == 0) {
        tile.set(LittleEndian.SHORT, superAt + 2L * lane, row.scale(block));
        tile.set(LittleEndian.SHORT, superAt + 2L * (lanes + lane), row.minimum(block));
      }
    }

    @Override
    public void load(KernelWriter writer, int part, VectorRegister scale, VectorRegister minimum) {
      int lanes = lanes(writer);
      Assembler a = writer.assembler();
      // The spare of this format is the register of the products, which are all added by now.
      VectorRegister spare = writer.spare();
      a.emit(Op.VPMOVZXBD, scale, Memory.at(KernelWriter.SCALES, part * lanes));
      a.shift(Op.VPSRLD, minimum, scale, 4);
      a.emit(Op.VPAND, scale, scale, writer.constant(0x0F));
      a.emit(Op.VCVTDQ2PS, scale, scale);
      a.emit(Op.VCVTDQ2PS, minimum, minimum);
      writer.halves(spare, Memory.at(KernelWriter.SUPERS, 0));
      a.emit(Op.VMULPS, scale, scale, spare);
      writer.halves(spare, Memory.at(KernelWriter.SUPERS, 2 * lanes));
      a.emit(Op.VMULPS, minimum, minimum, spare);
    }
  }

  /**
   * Signed bytes times a half; the minimum is {@code offset} scales.
   *
   * @param parts scales per block
   * @param offset what codes are moved up by
   */
  record Super(int parts, int offset) implements TileScales {
    /** For VPSHUFB: the lower 16 bits of every lane, twice. */
    private static final byte[] LOWER_HALVES = {0, 1, 0, 1, 4, 5, 4, 5, 8, 9, 8, 9, 12, 13, 12, 13};

    @Override
    public int bytes() {
      return parts;
    }

    @Override
    public int superBytes() {
      return 2;
    }

    @Override
    public boolean hasMinimum() {
      return offset != 0;
    }

    @Override
    public void store(
        StoredRow row, int block, MemorySegment tile, long at, long superAt, int lane, int lanes) {
      for (int part = 0; part < parts; part++) {
        tile.set(
            ValueLayout.JAVA_BYTE, at + part * lanes + lane, (byte) row.smallScale(block, part));
      }
      if (block % BLOCKS_PER_SUPER == 0) {
        tile.set(LittleEndian.SHORT, superAt + 2L * lane, row.scale(block));
      }
    }

    /** Writes instructions that bring the bytes of one part as 16 bits, twice in each lane. */
    void loadWhole(KernelWriter writer, int part, VectorRegister into) {
      Assembler a = writer.assembler();
      a.emit(Op.VPMOVSXBD, into, Memory.at(KernelWriter.SCALES, part * lanes(writer)));
      a.emit(Op.VPSHUFB, into, into, writer.table(LOWER_HALVES));
    }

    @Override
    public void load(KernelWriter writer, int part, VectorRegister scale, VectorRegister minimum) {
      writer.bytesToFloats(
          Op.VPMOVSXBD, scale, Memory.at(KernelWriter.SCALES, part * lanes(writer)));
      writer.halves(minimum, Memory.at(KernelWriter.SUPERS, 0));
      writer.assembler().emit(Op.VMULPS, scale, scale, minimum);
      if (hasMinimum()) {
        writer.assembler().emit(Op.VMULPS, minimum, scale, writer.floats(offset));
      }
    }
  }
}
