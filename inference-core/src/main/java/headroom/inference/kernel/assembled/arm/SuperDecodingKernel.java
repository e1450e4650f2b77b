package headroom.inference.kernel.assembled.arm;

import static headroom.inference.assembler.arm.Register.X0;
import static headroom.inference.assembler.arm.Register.X2;
import static headroom.inference.assembler.arm.Register.X3;
import static headroom.inference.assembler.arm.Register.X4;

import headroom.inference.assembler.Label;
import headroom.inference.assembler.arm.Address;
import headroom.inference.assembler.arm.Assembler;
import headroom.inference.assembler.arm.Condition;
import headroom.inference.assembler.arm.Op;
import headroom.inference.assembler.arm.Register;
import headroom.inference.assembler.arm.VectorRegister;
import headroom.inference.assembler.arm.Width;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.PackedLayout;
import headroom.inference.kernel.assembled.TileScales;
import headroom.quant.QuantFormat;
import java.util.Optional;

/**
 * Writes {@link Machine#decodeRow}: a super-block of 256 columns, unrolled, eight at a time, its
 * scales as floats in registers. Each step rounds as the codec's does.
 */
final class SuperDecodingKernel {
  private static final Register ROW = X0;
  private static final Register OUT = X2;
  private static final Register SUPERS = X4;
  private static final int LANES = KernelWriter.LANES;
  private static final int BLOCKS = TileScales.BLOCKS_PER_SUPER;
  private static final int EIGHT = 2 * LANES;

  private final KernelWriter writer = new KernelWriter();
  private final Assembler a = writer.assembler();
  private final VectorRegister[] elements = writer.registers(2);
  private final VectorRegister codes = elements[0];
  private final VectorRegister further = writer.register();
  private final VectorRegister lowerFour = writer.register();
  private final VectorRegister mask = writer.register();
  private final VectorRegister offset = writer.register();
  private final VectorRegister minimum = writer.register();
  private final VectorRegister half = writer.register();

  /** Sixteen scales, or eight and as many minimums. */
  private final VectorRegister[] scales = writer.registers(4);

  private SuperDecodingKernel() {}

  /** The machine code; empty for formats that have no such blocks, or other ones. */
  static Optional<byte[]> assemble(QuantFormat format) {
    SuperDecodingKernel kernel = new SuperDecodingKernel();
    return switch (format) {
      case Q4_K -> Optional.of(kernel.assemble(144, 0, () -> kernel.packed(16, -1)));
      case Q5_K -> Optional.of(kernel.assemble(176, 0x10, () -> kernel.packed(48, 16)));
      case Q6_K -> Optional.of(kernel.assemble(210, 0x30, kernel::six));
      default -> Optional.empty();
    };
  }

  /**
   * @param furtherBits of a code, beyond four
   */
  private byte[] assemble(int size, int furtherBits, Runnable superBlock) {
    writer.begin();
    a.add(OUT, OUT, X3);
    a.movi(lowerFour, 0x0F);
    a.movi(mask, furtherBits);
    a.movi(offset, 32);
    Label next = new Label();
    a.place(next);
    superBlock.run();
    a.add(ROW, ROW, size);
    a.subs(SUPERS, SUPERS, 1);
    a.jumpIf(Condition.NOT_ZERO, next);
    return writer.finish();
  }

  /**
   * Q4_K and Q5_K.
   *
   * @param codesAt byte of a super-block where its lower four bits start
   * @param fifthAt byte where its fifth bits start; below 0 where it has none
   */
  private void packed(int codesAt, int fifthAt) {
    for (int plane = 0; plane < 2; plane++) {
      a.load(Width.H, half, Address.at(ROW, plane * Short.BYTES));
      a.fcvt(half, half);
      unpackSixBits(plane, scales[2 * plane], scales[2 * plane + 1]);
    }
    for (int block = 0; block < BLOCKS; block++) {
      VectorRegister.Lane scale = scales[block / LANES].lane(block % LANES);
      a.emit(Op.DUP, minimum, scales[2 + block / LANES].lane(block % LANES));
      for (int first = 0; first < PackedLayout.BLOCK; first += EIGHT) {
        nibbles(codesAt + block / 2 * PackedLayout.BLOCK + first, block % 2 == 1);
        if (fifthAt >= 0) {
          addBits(fifthAt + first, 4 - block);
        }
        widen();
        for (VectorRegister four : elements) {
          a.emit(Op.FMUL_LANE, four, four, scale);
          a.emit(Op.FSUB, four, four, minimum);
        }
        store();
      }
    }
  }

  /** Eight numbers of six bits: those of four blocks in bytes of their own, the others in two. */
  private void unpackSixBits(int plane, VectorRegister first, VectorRegister second) {
    a.load(Width.S, first, Address.at(ROW, 4 + 4 * plane));
    a.emit(Op.USHR_B, second, first, 6);
    a.emit(Op.SHL_B, second, second, 4);
    a.emit(Op.SHL_B, first, first, 2);
    a.emit(Op.USHR_B, first, first, 2);
    a.load(Width.S, further, Address.at(ROW, 12));
    if (plane == 0) {
      a.emit(Op.AND, further, further, lowerFour);
    } else {
      a.emit(Op.USHR_B, further, further, 4);
    }
    a.emit(Op.ORR, second, second, further);
    for (VectorRegister four : new VectorRegister[] {first, second}) {
      a.emit(Op.SSHLL_B, four, four, 0); // of six bits none is a sign
      a.emit(Op.SSHLL_H, four, four, 0);
      scale(four);
    }
  }

  private void six() {
    a.load(Width.H, half, Address.at(ROW, 208));
    a.fcvt(half, half);
    for (int four = 0; four < scales.length; four++) {
      writer.signedBytes(scales[four], Address.at(ROW, 192 + LANES * four));
      scale(scales[four]);
    }
    for (int first = 0; first < BLOCKS * PackedLayout.BLOCK; first += EIGHT) {
      int half = first / 128; // each half of the block has its own 64 low and 32 high bytes
      int quarter = first % 128 / 32;
      nibbles(64 * half + 32 * (quarter % 2) + first % 32, quarter >= 2);
      addBits(128 + 32 * half + first % 32, 4 - 2 * quarter);
      a.emit(Op.SUB_B, codes, codes, offset);
      widen();
      int scale = first / 16;
      for (VectorRegister four : elements) {
        a.emit(Op.FMUL_LANE, four, four, scales[scale / LANES].lane(scale % LANES));
      }
      store();
    }
  }

  /** Four whole numbers times the half. */
  private void scale(VectorRegister four) {
    a.emit(Op.SCVTF, four, four);
    a.emit(Op.FMUL_LANE, four, four, half.lane(0));
  }

  /** codes = eight bytes' lower or upper halves. */
  private void nibbles(int at, boolean upper) {
    a.load(Width.D, codes, Address.at(ROW, at));
    if (upper) {
      a.emit(Op.USHR_B, codes, codes, 4);
    } else {
      a.emit(Op.AND, codes, codes, lowerFour);
    }
  }

  /**
   * Adds further bits of eight bytes.
   *
   * @param left bits that they are shifted to the left, or to the right where negative
   */
  private void addBits(int at, int left) {
    a.load(Width.D, further, Address.at(ROW, at));
    if (left > 0) {
      a.emit(Op.SHL_B, further, further, left);
    } else if (left < 0) {
      a.emit(Op.USHR_B, further, further, -left);
    }
    a.emit(Op.AND, further, further, mask);
    a.emit(Op.ORR, codes, codes, further);
  }

  /** Eight signed bytes to floats. */
  private void widen() {
    a.emit(Op.SSHLL_B, elements[1], codes, 0);
    a.emit(Op.SSHLL_H, elements[0], elements[1], 0);
    a.emit(Op.SSHLL2_H, elements[1], elements[1], 0);
    for (VectorRegister four : elements) {
      a.emit(Op.SCVTF, four, four);
    }
  }

  private void store() {
    for (VectorRegister four : elements) {
      a.store(Width.Q, Address.at(OUT, 0), four);
      a.add(OUT, OUT, VectorRegister.BYTES);
    }
  }
}
