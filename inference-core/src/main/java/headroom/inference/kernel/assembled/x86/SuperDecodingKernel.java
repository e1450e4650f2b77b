package headroom.inference.kernel.assembled.x86;

import static headroom.inference.assembler.x86.Register.R8;
import static headroom.inference.assembler.x86.Register.R9;
import static headroom.inference.assembler.x86.Register.RAX;
import static headroom.inference.assembler.x86.Register.RCX;
import static headroom.inference.assembler.x86.Register.RDI;
import static headroom.inference.assembler.x86.Register.RDX;

import headroom.inference.assembler.Label;
import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Op;
import headroom.inference.assembler.x86.Register;
import headroom.inference.assembler.x86.VectorRegister;
import headroom.inference.assembler.x86.VectorWidth;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.PackedLayout;
import headroom.inference.kernel.assembled.TileScales;
import headroom.quant.QuantFormat;
import java.util.Optional;

/**
 * Writes {@link Machine#decodeRow}: a super-block of 256 columns, unrolled, eight at a time, its
 * scales as floats on the stack. Each step rounds as the codec's does.
 */
final class SuperDecodingKernel {
  private static final Register ROW = RDI;
  private static final Register OUT = RDX;
  private static final Register SUPERS = R8;
  private static final int BLOCKS = TileScales.BLOCKS_PER_SUPER;
  private static final int EIGHT = VectorWidth.YMM.lanes();

  // What is where among the vectors on the stack.
  private static final int SCALES = 0;
  private static final int MINIMUMS = 1; // or the second eight scales
  private static final int BYTES = 2;

  private final KernelWriter writer = new KernelWriter(InstructionSet.AVX2);
  private final Assembler a = writer.assembler();
  private final StackVectors stack = new StackVectors(writer, 3);
  private final VectorRegister codes = writer.register();
  private final VectorRegister further = writer.register();
  private final VectorRegister scale = writer.register();
  private final VectorRegister minimum = writer.register();

  private SuperDecodingKernel() {}

  /** The machine code; empty for formats that have no such blocks, or other ones. */
  static Optional<byte[]> assemble(QuantFormat format) {
    SuperDecodingKernel kernel = new SuperDecodingKernel();
    return switch (format) {
      case Q4_K -> Optional.of(kernel.assemble(144, () -> kernel.packed(16, -1)));
      case Q5_K -> Optional.of(kernel.assemble(176, () -> kernel.packed(48, 16)));
      case Q6_K -> Optional.of(kernel.assemble(210, kernel::six));
      default -> Optional.empty();
    };
  }

  private byte[] assemble(int size, Runnable superBlock) {
    a.add(OUT, RCX);
    writer.loadConstants();
    stack.open();
    Label next = new Label();
    a.place(next);
    superBlock.run();
    a.add(ROW, size);
    a.add(OUT, BLOCKS * PackedLayout.BLOCK * Float.BYTES);
    a.sub(SUPERS, 1);
    a.jumpIfNotZero(next);
    stack.close();
    a.vzeroupper();
    a.ret();
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
      unpackSixBits(plane);
      half(scale, Memory.at(ROW, plane * Short.BYTES));
      a.emit(Op.VPMOVZXBD, codes, stack.at(BYTES));
      toStack(plane == 0 ? SCALES : MINIMUMS);
    }
    for (int block = 0; block < BLOCKS; block++) {
      a.emit(Op.VBROADCASTSS, scale, stack.at(SCALES, block * Float.BYTES));
      a.emit(Op.VBROADCASTSS, minimum, stack.at(MINIMUMS, block * Float.BYTES));
      for (int first = 0; first < PackedLayout.BLOCK; first += EIGHT) {
        nibbles(codesAt + block / 2 * PackedLayout.BLOCK + first, block % 2 == 1);
        if (fifthAt >= 0) {
          addBits(fifthAt + first, 4 - block, 0x10);
        }
        a.emit(Op.VCVTDQ2PS, codes, codes);
        a.emit(Op.VMULPS, codes, codes, scale);
        a.emit(Op.VSUBPS, codes, codes, minimum);
        store(block * PackedLayout.BLOCK + first);
      }
    }
  }

  /** Eight numbers of six bits: those of four blocks in bytes of their own, the others in two. */
  private void unpackSixBits(int plane) {
    int from = 4 + 4 * plane;
    a.load32(RAX, Memory.at(ROW, from));
    a.mov(R9, RAX);
    a.and(R9, 0x3F3F3F3F);
    a.store32(stack.at(BYTES), R9);
    a.shiftRight(RAX, 2);
    a.and(RAX, 0x30303030);
    a.load32(R9, Memory.at(ROW, 12));
    a.shiftRight(R9, 4 * plane);
    a.and(R9, 0x0F0F0F0F);
    a.or(RAX, R9);
    a.store32(stack.at(BYTES, Integer.BYTES), RAX);
  }

  private void six() {
    a.load32(RAX, Memory.at(ROW, 210 - Integer.BYTES)); // the half is the last of the row
    a.shiftRight(RAX, 16);
    a.store32(stack.at(BYTES), RAX);
    half(scale, stack.at(BYTES));
    for (int eight = 0; eight < 2; eight++) {
      a.emit(Op.VPMOVSXBD, codes, Memory.at(ROW, 192 + EIGHT * eight));
      toStack(SCALES + eight);
    }
    for (int first = 0; first < BLOCKS * PackedLayout.BLOCK; first += EIGHT) {
      int half = first / 128; // each half of the block has its own 64 low and 32 high bytes
      int quarter = first % 128 / 32;
      nibbles(64 * half + 32 * (quarter % 2) + first % 32, quarter >= 2);
      addBits(128 + 32 * half + first % 32, 4 - 2 * quarter, 0x30);
      a.emit(Op.VPSUBD, codes, codes, writer.constant(32));
      a.emit(Op.VCVTDQ2PS, codes, codes);
      if (first % 16 == 0) {
        a.emit(Op.VBROADCASTSS, scale, stack.at(SCALES, first / 16 * Float.BYTES));
      }
      a.emit(Op.VMULPS, codes, codes, scale);
      store(first);
    }
  }

  /** A number in half precision in every lane; what lies behind it is read too. */
  private void half(VectorRegister into, Memory from) {
    a.emit(Op.VCVTPH2PS, into.as(VectorWidth.XMM), from);
    a.emit(Op.VBROADCASTSS, into, into.as(VectorWidth.XMM));
  }

  /** Eight whole numbers times what {@code scale} has. */
  private void toStack(int vector) {
    a.emit(Op.VCVTDQ2PS, codes, codes);
    a.emit(Op.VMULPS, codes, codes, scale);
    stack.store(vector, codes);
  }

  /** codes = eight bytes' lower or upper halves. */
  private void nibbles(int at, boolean upper) {
    a.emit(Op.VPMOVZXBD, codes, Memory.at(ROW, at));
    if (upper) {
      a.shift(Op.VPSRLD, codes, codes, 4);
    } else {
      a.emit(Op.VPAND, codes, codes, writer.constant(0x0F));
    }
  }

  /**
   * Adds further bits of eight bytes.
   *
   * @param left bits that they are shifted to the left, or to the right where negative
   * @param mask of those that count then
   */
  private void addBits(int at, int left, int mask) {
    a.emit(Op.VPMOVZXBD, further, Memory.at(ROW, at));
    if (left > 0) {
      a.shift(Op.VPSLLD, further, further, left);
    } else if (left < 0) {
      a.shift(Op.VPSRLD, further, further, -left);
    }
    a.emit(Op.VPAND, further, further, writer.constant(mask));
    a.emit(Op.VPOR, codes, codes, further);
  }

  private void store(int column) {
    a.emit(Op.VMOVUPS_STORE, Memory.at(OUT, column * Float.BYTES), codes);
  }
}
