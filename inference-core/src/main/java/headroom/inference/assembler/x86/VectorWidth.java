package headroom.inference.assembler.x86;

/** How much of a vector register an instruction works on. */
public enum VectorWidth {
  XMM(16),
  YMM(32),
  ZMM(64);

  private final int bytes;

  VectorWidth(int bytes) {
    this.bytes = bytes;
  }

  public int bytes() {
    return bytes;
  }

  /** Numbers of 32 bits that fit. */
  public int lanes() {
    return bytes / Integer.BYTES;
  }

  /** The register of this number: 0 to 15, or to 31 where the processor has AVX-512. */
  public VectorRegister register(int number) {
    return new VectorRegister(this, number);
  }

  /** L in VEX, L'L in EVEX. */
  int code() {
    return ordinal();
  }
}
