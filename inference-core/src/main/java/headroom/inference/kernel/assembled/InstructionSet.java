package headroom.inference.kernel.assembled;

import headroom.inference.assembler.CpuFeatures;
import headroom.inference.assembler.VectorWidth;
import java.util.Optional;

/** The instructions that kernels are assembled from; a tile has as many rows as a vector lanes. */
enum InstructionSet {
  /** Byte products in three steps: to 16 bits, to 32 bits, added. */
  AVX2("avx2", VectorWidth.YMM, 16, false),
  /** Byte products in one step on 32 bytes. */
  AVX_VNNI("avx-vnni", VectorWidth.YMM, 16, true),
  /** Byte products in one step on 64 bytes, activations straight from memory. */
  AVX512_VNNI("avx512-vnni", VectorWidth.ZMM, 32, true);

  private final String label;
  private final VectorWidth width;
  private final int registers;
  private final boolean byteProducts;

  InstructionSet(String label, VectorWidth width, int registers, boolean byteProducts) {
    this.label = label;
    this.width = width;
    this.registers = registers;
    this.byteProducts = byteProducts;
  }

  /** The best that this processor executes. */
  static Optional<InstructionSet> best(CpuFeatures features) {
    if (features.avx512Vnni()) {
      return Optional.of(AVX512_VNNI);
    }
    if (features.avxVnni()) {
      return Optional.of(AVX_VNNI);
    }
    return features.avx2() ? Optional.of(AVX2) : Optional.empty();
  }

  /** For run documents. */
  String label() {
    return label;
  }

  VectorWidth width() {
    return width;
  }

  /** Rows of a tile. */
  int lanes() {
    return width.lanes();
  }

  int registers() {
    return registers;
  }

  /** True where VPDPBUSD multiplies unsigned weights with signed activations. */
  boolean hasByteProducts() {
    return byteProducts;
  }

  /** True where an operand in memory can stand for every lane. */
  boolean hasBroadcastOperands() {
    return width == VectorWidth.ZMM;
  }
}
