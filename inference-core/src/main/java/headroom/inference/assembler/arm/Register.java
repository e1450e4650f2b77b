package headroom.inference.assembler.arm;

import java.util.Locale;

/**
 * The general purpose registers of AArch64, 64 bits each, in the order of their encoding. X18 is
 * left out: it belongs to the platform (AAPCS64, section 6.1.1).
 */
public enum Register {
  X0(0),
  X1(1),
  X2(2),
  X3(3),
  X4(4),
  X5(5),
  X6(6),
  X7(7),
  X8(8),
  X9(9),
  X10(10),
  X11(11),
  X12(12),
  X13(13),
  X14(14),
  X15(15),
  X16(16),
  X17(17),
  X19(19),
  X20(20),
  X21(21),
  X22(22),
  X23(23),
  X24(24),
  X25(25),
  X26(26),
  X27(27),
  X28(28),
  X29(29),
  X30(30),
  /** Where 31 stands for the stack; other instructions read it as zero, and here refuse it. */
  SP(31);

  private final int number;

  Register(int number) {
    this.number = number;
  }

  /** 0 to 31. */
  int number() {
    return number;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
