package headroom.inference.assembler.arm;

/** What the last {@link Assembler#subs} ended at, for jumps that ask. */
public enum Condition {
  ZERO(0b0000, "eq"),
  NOT_ZERO(0b0001, "ne"),
  NEGATIVE(0b0100, "mi"),
  NOT_NEGATIVE(0b0101, "pl");

  final int code;
  final String mnemonic;

  Condition(int code, String mnemonic) {
    this.code = code;
    this.mnemonic = mnemonic;
  }
}
