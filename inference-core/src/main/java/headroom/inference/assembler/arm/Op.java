package headroom.inference.assembler.arm;

import java.util.List;

/**
 * The vector instructions that kernels here use, each at the one arrangement that is wanted of it:
 * how assemblers write its operands, and its word with zeros for them (Arm Architecture Reference
 * Manual, DDI 0487, chapter C7).
 */
public enum Op {
  // d = n op m.
  ADD("4s 4s 4s", 0x4EA08400),
  SUB_B("16b 16b 16b", 0x6E208400),
  ADDP("4s 4s 4s", 0x4EA0BC00),
  AND("16b 16b 16b", 0x4E201C00),
  ORR("16b 16b 16b", 0x4EA01C00),
  /** Each byte of n shifted to the left by as many bits as that of m says. */
  USHL_B("16b 16b 16b", 0x6E204400),
  FADD("4s 4s 4s", 0x4E20D400),
  FSUB("4s 4s 4s", 0x4EA0D400),
  FMUL("4s 4s 4s", 0x6E20DC00),
  FDIV("4s 4s 4s", 0x6E20FC00),
  FMAX("4s 4s 4s", 0x4E20F400),
  FMIN("4s 4s 4s", 0x4EA0F400),
  /** Neighbours of n, then of m, added. */
  FADDP("4s 4s 4s", 0x6E20D400),
  ZIP1("4s 4s 4s", 0x4E803800),
  ZIP2("4s 4s 4s", 0x4E807800),
  UZP1("4s 4s 4s", 0x4E801800),
  UZP2("4s 4s 4s", 0x4E805800),
  /** d + n · m. */
  FMLA("4s 4s 4s", 0x4E20CC00),
  /** d - n · m. */
  FMLS("4s 4s 4s", 0x4EA0CC00),
  /** Each lane of d + four products of bytes (FEAT_DotProd). */
  SDOT("4s 16b 16b", 0x4E809400),
  /** d + two rows of eight bytes of n times two of m, as a 2 x 2 matrix (FEAT_I8MM). */
  SMMLA("4s 16b 16b", 0x4E80A400),
  /** The bytes of the table n that m names. */
  TBL("16b {16b} 16b", 0x4E000000),

  // d = n op one lane of m.
  FMUL_LANE("4s 4s s", 0x4F809000),
  FMLA_LANE("4s 4s s", 0x4F801000),
  FMLS_LANE("4s 4s s", 0x4F805000),
  SDOT_LANE("4s 16b 4b", 0x4F80E000),

  // d = one lane of n everywhere.
  DUP("4s s", 0x4E040400),

  // d = op n.
  FABS("4s 4s", 0x4EA0F800),
  FNEG("4s 4s", 0x6EA0F800),
  FSQRT("4s 4s", 0x6EA1F800),
  /** To whole numbers, which stay floats; the nearest, of two the even one. */
  FRINTN("4s 4s", 0x4E218800),
  /** To integers, as FRINTN. */
  FCVTNS("4s 4s", 0x4E21A800),
  SCVTF("4s 4s", 0x4E21D800),
  /** Four halves as floats: the lower ones, or with 2 the upper ones. */
  FCVTL("4s 4h", 0x0E217800),
  FCVTL2("4s 8h", 0x4E217800),
  /** Integers to narrower ones; those too large become the largest. Into the lower half, or 2. */
  SQXTN_H("4h 4s", 0x0E614800),
  SQXTN2_H("8h 4s", 0x4E614800),
  SQXTN_B("8b 8h", 0x0E214800),
  SQXTN2_B("16b 8h", 0x4E214800),
  /** The largest lane, in the lowest. */
  FMAXV("s 4s", 0x6E30F800),
  /** The sum of all lanes, in the lowest. */
  ADDV("s 4s", 0x4EB1B800),

  // d = n shifted by so many bits; those that widen shift to the left, by none as a rule.
  USHR_B("16b 16b #", 0x6F000400, 8, true),
  SHL_B("16b 16b #", 0x4F005400, 8, false),
  /** What n is shifted out of stays as d has it. */
  SLI_B("16b 16b #", 0x6F005400, 8, false),
  SRI_B("16b 16b #", 0x6F004400, 8, true),
  USHR("4s 4s #", 0x6F000400, 32, true),
  SHL("4s 4s #", 0x4F005400, 32, false),
  SSHLL_B("8h 8b #", 0x0F00A400, 8, false),
  USHLL_B("8h 8b #", 0x2F00A400, 8, false),
  SSHLL_H("4s 4h #", 0x0F00A400, 16, false),
  SSHLL2_H("4s 8h #", 0x4F00A400, 16, false),
  USHLL_H("4s 4h #", 0x2F00A400, 16, false),
  /** By as many bits as they are wide, which makes floats of bfloat16. */
  SHLL("4s 4h", 0x2E613800),
  SHLL2("4s 8h", 0x6E613800);

  /** Which operands there are. */
  enum Form {
    THREE,
    LANE,
    SPREAD,
    TWO,
    SHIFT
  }

  /** How each operand is divided, as assemblers write it. */
  final List<String> arrangements;

  final int word;

  /** Bits of an element that is shifted; 0 where none is. */
  final int shifted;

  final boolean right;

  Op(String arrangements, int word) {
    this(arrangements, word, 0, false);
  }

  Op(String arrangements, int word, int shifted, boolean right) {
    this.arrangements = List.of(arrangements.split(" "));
    this.word = word;
    this.shifted = shifted;
    this.right = right;
  }

  Form form() {
    if (shifted > 0) {
      return Form.SHIFT;
    }
    if (this == DUP) {
      return Form.SPREAD;
    }
    if (arrangements.size() == 2) {
      return Form.TWO;
    }
    return name().endsWith("_LANE") ? Form.LANE : Form.THREE;
  }
}
