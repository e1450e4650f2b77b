package headroom.inference.assembler.x86;

import java.util.Locale;

/**
 * The vector instructions that kernels here use, each with what tells it apart in VEX and EVEX: the
 * prefix it would have had in SSE, the opcode map, and the opcode (Intel SDM volume 2; its notation
 * for VPADDD is {@code VEX.256.66.0F.WIG FE /r}).
 */
public enum Op {
  // dst, a, b: dst = a op b.
  VADDPS(Form.THREE, 0, 0x0F, 0x58),
  VMULPS(Form.THREE, 0, 0x0F, 0x59),
  VSUBPS(Form.THREE, 0, 0x0F, 0x5C),
  VMINPS(Form.THREE, 0, 0x0F, 0x5D),
  VDIVPS(Form.THREE, 0, 0x0F, 0x5E),
  VMAXPS(Form.THREE, 0, 0x0F, 0x5F),
  /** Even lanes a - b, odd ones a + b. */
  VADDSUBPS(Form.THREE, 0xF2, 0x0F, 0xD0, Reach.VEX),
  VHADDPS(Form.THREE, 0xF2, 0x0F, 0x7C, Reach.VEX),
  VANDPS(Form.THREE, 0, 0x0F, 0x54, Reach.VEX),
  VPADDW(Form.THREE, 0x66, 0x0F, 0xFD),
  VPADDD(Form.THREE, 0x66, 0x0F, 0xFE),
  VPSUBD(Form.THREE, 0x66, 0x0F, 0xFA),
  VPAND(Form.THREE, 0x66, 0x0F, 0xDB, "vpandd"),
  VPOR(Form.THREE, 0x66, 0x0F, 0xEB, "vpord"),
  VPXOR(Form.THREE, 0x66, 0x0F, 0xEF, "vpxord"),
  VPMADDWD(Form.THREE, 0x66, 0x0F, 0xF5),
  VPMADDUBSW(Form.THREE, 0x66, 0x0F38, 0x04),
  VPSHUFB(Form.THREE, 0x66, 0x0F38, 0x00),
  VPSIGNB(Form.THREE, 0x66, 0x0F38, 0x08, Reach.VEX),
  VPHADDD(Form.THREE, 0x66, 0x0F38, 0x02, Reach.VEX),
  VPACKSSDW(Form.THREE, 0x66, 0x0F, 0x6B),
  VPACKSSWB(Form.THREE, 0x66, 0x0F, 0x63),
  VPUNPCKLBW(Form.THREE, 0x66, 0x0F, 0x60),
  VPUNPCKLDQ(Form.THREE, 0x66, 0x0F, 0x62),
  VPERMD(Form.THREE, 0x66, 0x0F38, 0x36),
  // dst += a * b, and dst -= a * b.
  VFMADD231PS(Form.THREE, 0x66, 0x0F38, 0xB8),
  VFNMADD231PS(Form.THREE, 0x66, 0x0F38, 0xBC),
  /** dst = dst * a + b. */
  VFMADD213PS(Form.THREE, 0x66, 0x0F38, 0xA8),
  /** Each 32-bit lane of dst += Σ of four products of a's unsigned with b's signed bytes. */
  VPDPBUSD(Form.THREE, 0x66, 0x0F38, 0x50),

  // dst, src.
  VSQRTPS(Form.TWO, 0, 0x0F, 0x51),
  VCVTDQ2PS(Form.TWO, 0, 0x0F, 0x5B),
  VCVTPS2DQ(Form.TWO, 0x66, 0x0F, 0x5B),
  VCVTPH2PS(Form.TWO, 0x66, 0x0F38, 0x13),
  VPABSB(Form.TWO, 0x66, 0x0F38, 0x1C),
  VPMOVSXBW(Form.TWO, 0x66, 0x0F38, 0x20),
  VPMOVZXBW(Form.TWO, 0x66, 0x0F38, 0x30),
  VPMOVSXBD(Form.TWO, 0x66, 0x0F38, 0x21),
  VPMOVZXBD(Form.TWO, 0x66, 0x0F38, 0x31),
  VPMOVZXWD(Form.TWO, 0x66, 0x0F38, 0x33),
  VBROADCASTSS(Form.TWO, 0x66, 0x0F38, 0x18),
  VPBROADCASTD(Form.TWO, 0x66, 0x0F38, 0x58),
  VMOVUPS(Form.TWO, 0, 0x0F, 0x10),
  VMOVDQU(Form.TWO, 0xF3, 0x0F, 0x6F, "vmovdqu32"),
  VMOVSS(Form.TWO, 0xF3, 0x0F, 0x10, Reach.VEX),

  // memory or narrower register, src.
  VMOVUPS_STORE(Form.STORE, 0, 0x0F, 0x11),
  VMOVDQU_STORE(Form.STORE, 0xF3, 0x0F, 0x7F, "vmovdqu32"),
  VMOVSS_STORE(Form.STORE, 0xF3, 0x0F, 0x11, Reach.VEX),
  /** The lower two floats, and the upper two, of four. */
  VMOVLPS_STORE(Form.STORE, 0, 0x0F, 0x13, Reach.VEX),
  VMOVHPS_STORE(Form.STORE, 0, 0x0F, 0x17, Reach.VEX),
  VMOVD_STORE(Form.STORE, 0x66, 0x0F, 0x7E, Reach.VEX),
  VPEXTRD(Form.STORE, 0x66, 0x0F3A, 0x16, Reach.VEX),
  VEXTRACTI128(Form.STORE, 0x66, 0x0F3A, 0x39, Reach.VEX),

  // dst, src, order.
  VPSHUFD(Form.SHUFFLE, 0x66, 0x0F, 0x70),
  /** To whole numbers; the byte says which way, 0 to the nearest. */
  VROUNDPS(Form.SHUFFLE, 0x66, 0x0F3A, 0x08, Reach.VEX),

  // dst, src, bits; the opcode is shared and a digit tells them apart.
  VPSRLW(Form.SHIFT, 0x66, 0x0F, 0x71, 2),
  VPSLLW(Form.SHIFT, 0x66, 0x0F, 0x71, 6),
  VPSRLD(Form.SHIFT, 0x66, 0x0F, 0x72, 2),
  VPSLLD(Form.SHIFT, 0x66, 0x0F, 0x72, 6);

  /** Which operands there are and where each is encoded. */
  enum Form {
    /** dst in reg, a in vvvv, b in r/m. */
    THREE,
    /** dst in reg, src in r/m. */
    TWO,
    /** dst in r/m, src in reg. */
    STORE,
    /** dst in reg, src in r/m, a byte after it. */
    SHUFFLE,
    /** dst in vvvv, src in r/m, a digit in reg. */
    SHIFT
  }

  /** Which encodings there are. */
  enum Reach {
    VEX,
    VEX_AND_EVEX
  }

  final Form form;

  /** 0, 0x66, 0xF3 or 0xF2. */
  final int prefix;

  /** 0x0F, 0x0F38 or 0x0F3A. */
  final int map;

  final int opcode;
  final int digit;
  final Reach reach;
  private final String evexName;

  Op(Form form, int prefix, int map, int opcode) {
    this(form, prefix, map, opcode, 0, Reach.VEX_AND_EVEX, "");
  }

  Op(Form form, int prefix, int map, int opcode, int digit) {
    this(form, prefix, map, opcode, digit, Reach.VEX_AND_EVEX, "");
  }

  Op(Form form, int prefix, int map, int opcode, Reach reach) {
    this(form, prefix, map, opcode, 0, reach, "");
  }

  Op(Form form, int prefix, int map, int opcode, String evexName) {
    this(form, prefix, map, opcode, 0, Reach.VEX_AND_EVEX, evexName);
  }

  Op(Form form, int prefix, int map, int opcode, int digit, Reach reach, String evexName) {
    this.form = form;
    this.prefix = prefix;
    this.map = map;
    this.opcode = opcode;
    this.digit = digit;
    this.reach = reach;
    this.evexName = evexName;
  }

  /** As assemblers write it, which for some differs between VEX and EVEX. */
  String mnemonic(boolean evex) {
    return evex && !evexName.isEmpty()
        ? evexName
        : name().replace("_STORE", "").toLowerCase(Locale.ROOT);
  }

  /** pp: the SSE prefix in two bits. */
  int prefixCode() {
    return switch (prefix) {
      case 0x66 -> 1;
      case 0xF3 -> 2;
      case 0xF2 -> 3;
      default -> 0;
    };
  }

  /** mmmmm: the opcode map in a few bits. */
  int mapCode() {
    return switch (map) {
      case 0x0F38 -> 2;
      case 0x0F3A -> 3;
      default -> 1;
    };
  }
}
