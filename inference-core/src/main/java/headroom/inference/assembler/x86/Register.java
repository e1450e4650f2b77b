package headroom.inference.assembler.x86;

/** The general purpose registers of x86-64, 64 bits each, in the order of their encoding. */
public enum Register {
  RAX,
  RCX,
  RDX,
  RBX,
  RSP,
  RBP,
  RSI,
  RDI,
  R8,
  R9,
  R10,
  R11,
  R12,
  R13,
  R14,
  R15;

  /** 0 to 15. */
  int number() {
    return ordinal();
  }
}
