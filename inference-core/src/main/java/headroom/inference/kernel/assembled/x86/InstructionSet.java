package headroom.inference.kernel.assembled.x86;

import headroom.inference.assembler.Disassembly;
import headroom.inference.assembler.x86.CpuFeatures;
import headroom.inference.assembler.x86.VectorWidth;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.kernel.assembled.CacheFormat;
import headroom.inference.kernel.assembled.CachedFormat;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.Packing;
import headroom.inference.kernel.assembled.RowFormat;
import headroom.inference.kernel.assembled.TileFormat;
import headroom.quant.QuantFormat;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The instructions of x86-64 that kernels are assembled from. */
public enum InstructionSet implements Machine {
  /** Byte products in three steps: to 16 bits, to 32 bits, added. */
  AVX2("avx2", VectorWidth.YMM, 2, 16, false),
  /** Byte products in one step on 32 bytes. */
  AVX_VNNI("avx-vnni", VectorWidth.YMM, 2, 16, true),
  /** Byte products in one step on 64 bytes, activations straight from memory. */
  AVX512_VNNI("avx512-vnni", VectorWidth.ZMM, 1, 32, true);

  private final String label;
  private final VectorWidth width;
  private final int vectors;
  private final int registers;
  private final boolean byteProducts;

  InstructionSet(
      String label, VectorWidth width, int vectors, int registers, boolean byteProducts) {
    this.label = label;
    this.width = width;
    this.vectors = vectors;
    this.registers = registers;
    this.byteProducts = byteProducts;
  }

  /** Those that a processor executes, the fastest first. */
  public static List<InstructionSet> of(CpuFeatures features) {
    List<InstructionSet> found = new ArrayList<>();
    if (features.avx512Vnni()) {
      found.add(AVX512_VNNI);
    }
    if (features.avxVnni()) {
      found.add(AVX_VNNI);
    }
    if (features.avx2()) {
      found.add(AVX2);
    }
    return found;
  }

  @Override
  public String label() {
    return label;
  }

  VectorWidth width() {
    return width;
  }

  @Override
  public Disassembly.Syntax syntax() {
    return Disassembly.Syntax.INTEL;
  }

  @Override
  public int lanes() {
    return vectors * width.lanes();
  }

  /** Vectors that the rows of a tile fill. */
  int vectors() {
    return vectors;
  }

  /**
   * The rows of one vector of a tile, or of two tiles.
   *
   * @param vector those of the second tile follow those of the first
   */
  TileRows rows(int vector) {
    return vector < vectors
        ? new TileRows(width, vectors, vector, null)
        : new TileRows(width, vectors, vector - vectors, KernelWriter.STRIDE);
  }

  /** VPDPBUSD multiplies unsigned weights. */
  @Override
  public boolean signedCodes() {
    return !byteProducts;
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

  @Override
  public Packing packing(TileFormat format) {
    return byteProducts || SuperTileKernel.scales(format).isEmpty()
        ? Packing.BLOCKS
        : Packing.SUPERS;
  }

  @Override
  public Set<Packing> packings() {
    return byteProducts ? EnumSet.of(Packing.BLOCKS) : EnumSet.allOf(Packing.class);
  }

  @Override
  public byte[] pack(Packing packing, int tokens) {
    return switch (packing) {
      case BLOCKS -> PackingKernel.assemble(tokens);
      case SUPERS -> SuperPackingKernel.assemble(tokens);
    };
  }

  @Override
  public byte[] product(TileFormat format, int tokens) {
    return switch (packing(format)) {
      case BLOCKS -> TileKernel.assemble(format, this, 1, tokens);
      case SUPERS -> SuperTileKernel.assemble(format, this, 1, tokens);
    };
  }

  @Override
  public Optional<byte[]> productOfTwo(TileFormat format) {
    return Optional.of(
        switch (packing(format)) {
          case BLOCKS -> TileKernel.assemble(format, this, 2, 1);
          case SUPERS -> SuperTileKernel.assemble(format, this, 2, 1);
        });
  }

  @Override
  public Optional<byte[]> repack(QuantFormat format) {
    return RepackKernel.assemble(format, this);
  }

  @Override
  public byte[] dot(RowFormat format, int vectors) {
    return RowKernel.assemble(format, vectors);
  }

  @Override
  public byte[] score(CachedFormat format, int queries) {
    return ScoreKernel.assemble(format, queries);
  }

  @Override
  public byte[] mix(CachedFormat format, int queries) {
    return MixKernel.assemble(format, queries);
  }

  @Override
  public byte[] gate() {
    return GateKernel.assemble();
  }

  @Override
  public byte[] norm() {
    return NormKernel.assemble();
  }

  @Override
  public byte[] addScaled() {
    return AddKernel.assemble();
  }

  @Override
  public byte[] rotate(RotaryStyle style) {
    return RotationKernel.assemble(style);
  }

  @Override
  public byte[] start() {
    return AttentionStartKernel.assemble();
  }

  @Override
  public byte[] end() {
    return AttentionEndKernel.assemble(false);
  }

  @Override
  public byte[] endPart() {
    return AttentionEndKernel.assemble(true);
  }

  @Override
  public byte[] soften() {
    return SoftmaxKernel.assemble();
  }

  @Override
  public byte[] decode(CacheFormat format) {
    return DecodingKernel.assemble(format);
  }

  @Override
  public Optional<byte[]> decodeRow(QuantFormat format) {
    return SuperDecodingKernel.assemble(format);
  }

  @Override
  public Peak peakOfBytes() {
    return new Peak(PeakKernel.bytes(this), PeakKernel.bytesPerRound(this));
  }

  @Override
  public Peak peakOfFloats() {
    return new Peak(PeakKernel.floats(this), PeakKernel.floatsPerRound(this));
  }
}
