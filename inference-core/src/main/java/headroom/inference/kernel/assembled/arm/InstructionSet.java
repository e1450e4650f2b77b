package headroom.inference.kernel.assembled.arm;

import headroom.inference.assembler.Disassembly;
import headroom.inference.assembler.arm.CpuFeatures;
import headroom.inference.kernel.RotaryStyle;
import headroom.inference.kernel.assembled.CacheFormat;
import headroom.inference.kernel.assembled.CachedFormat;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.PackedLayout;
import headroom.inference.kernel.assembled.Packing;
import headroom.inference.kernel.assembled.RowFormat;
import headroom.inference.kernel.assembled.TileFormat;
import headroom.quant.QuantFormat;
import java.util.List;
import java.util.Optional;

/** The instructions of AArch64 that kernels are assembled from. */
public enum InstructionSet implements Machine {
  /** Four products of bytes in each lane. */
  DOTPROD("neon-dotprod", PackedLayout.QUAD),
  /** Eight of them, for two rows and two tokens at once, where there are several tokens. */
  I8MM("neon-i8mm", 2 * PackedLayout.QUAD);

  private final String label;
  private final int columnsTogether;

  InstructionSet(String label, int columnsTogether) {
    this.label = label;
    this.columnsTogether = columnsTogether;
  }

  /** Those that a processor executes, the fastest first. */
  public static List<InstructionSet> of(CpuFeatures features) {
    if (!features.dotProduct()) {
      return List.of();
    }
    return features.matrixProduct() ? List.of(I8MM, DOTPROD) : List.of(DOTPROD);
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public Disassembly.Syntax syntax() {
    return Disassembly.Syntax.A64;
  }

  @Override
  public int lanes() {
    return KernelWriter.LANES;
  }

  @Override
  public boolean signedCodes() {
    return true;
  }

  @Override
  public int columnsTogether() {
    return columnsTogether;
  }

  @Override
  public byte[] pack(Packing packing, int tokens) {
    return PackingKernel.assemble(this, tokens);
  }

  @Override
  public byte[] product(TileFormat format, int tokens) {
    return TileKernel.assemble(format, this, tokens);
  }

  @Override
  public Optional<byte[]> repack(QuantFormat format) {
    return RepackKernel.assemble(format);
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
    return PeakKernel.bytes(this);
  }

  @Override
  public Peak peakOfFloats() {
    return PeakKernel.floats();
  }
}
