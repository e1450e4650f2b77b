package headroom.inference.assembler.arm;

import static headroom.inference.assembler.arm.Register.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headroom.inference.assembler.Disassembly;
import headroom.inference.assembler.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Words written here, read back by objdump for AArch64; skipped where it is not installed. */
class AssemblerTest {
  private static final int[] NUMBERS = {0, 1, 7, 15, 16, 31};

  private final Assembler a = new Assembler();
  private final List<String> wanted = new ArrayList<>();

  @ParameterizedTest
  @EnumSource(Op.class)
  void vectorInstructionsReadAsTheyWereWritten(Op op) {
    String name = op.name().toLowerCase(Locale.ROOT).replaceAll("_.*", "");
    for (int number : NUMBERS) {
      VectorRegister d = new VectorRegister(number);
      VectorRegister n = new VectorRegister(number ^ 21);
      VectorRegister m = new VectorRegister(31 - number);
      switch (op.form()) {
        case THREE -> {
          a.emit(op, d, n, m);
          wanted.add(name + " " + operands(op, d, n, m));
        }
        case LANE -> {
          for (int i = 0; i < 4; i++) {
            a.emit(op, d, n, m.lane(i));
            wanted.add("%s %s[%d]".formatted(name, operands(op, d, n, m), i));
          }
        }
        case SPREAD -> {
          for (int i = 0; i < 4; i++) {
            a.emit(op, d, n.lane(i));
            wanted.add("%s %s[%d]".formatted(name, operands(op, d, n), i));
          }
        }
        case TWO -> {
          a.emit(op, d, n);
          boolean full = op == Op.SHLL || op == Op.SHLL2;
          wanted.add(name + " " + operands(op, d, n) + (full ? ", #16" : ""));
        }
        case SHIFT -> {
          for (int bits : new int[] {op.right ? op.shifted : 0, 1, op.shifted - 1}) {
            boolean widens = bits == 0 && name.contains("shll");
            a.emit(op, d, n, bits);
            wanted.add(
                (widens ? name.replace("shll", "xtl") : name)
                    + " "
                    + operands(op, d, n)
                    + (widens ? "" : ", #" + bits));
          }
        }
      }
    }
    readBack();
  }

  /** Registers with their arrangements: v3.4s, or s3 where there is one element alone. */
  private static String operands(Op op, VectorRegister... registers) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < registers.length; i++) {
      String shape = op.arrangements.get(i);
      parts.add(
          shape.startsWith("{")
              ? "{%s.%s}".formatted(registers[i], shape.substring(1, shape.length() - 1))
              : op.arrangements.getFirst().equals("s") && i == 0
                  ? "s" + registers[i].number()
                  : registers[i] + "." + shape);
    }
    return String.join(", ", parts);
  }

  @Test
  void memoryIsReachedScaledWhereThatFitsAndInBytesWhereItDoesNot() {
    VectorRegister v = new VectorRegister(29);
    for (Register base : List.of(X0, X30, SP)) {
      for (Width width : Width.values()) {
        String r = width.name().toLowerCase(Locale.ROOT) + 29;
        for (int offset : new int[] {0, width.bytes(), 4095 * width.bytes(), -256, 255, -1}) {
          Address place = Address.at(base, offset);
          boolean scaled = offset >= 0 && offset % width.bytes() == 0;
          a.load(width, v, place);
          wanted.add("%s %s, %s".formatted(scaled ? "ldr" : "ldur", r, place));
          a.store(width, place, v);
          wanted.add("%s %s, %s".formatted(scaled ? "str" : "stur", r, place));
        }
      }
      for (int offset : new int[] {0, 8, 8184, -8, 7}) {
        Address place = Address.at(base, offset);
        boolean unscaled = offset % 8 != 0 || offset < 0;
        a.load64(X9, place);
        wanted.add("%s x9, %s".formatted(unscaled ? "ldur" : "ldr", place));
        a.load32(X9, place);
        wanted.add("%s w9, %s".formatted(unscaled ? "ldur" : "ldr", place));
        a.store32(place, X9);
        wanted.add("%s w9, %s".formatted(unscaled ? "stur" : "str", place));
        a.load16(X9, place);
        wanted.add("%s w9, %s".formatted(unscaled ? "ldurh" : "ldrh", place));
        a.store16(place, X9);
        wanted.add("%s w9, %s".formatted(unscaled ? "sturh" : "strh", place));
      }
      for (int offset : new int[] {0, 504, -512}) {
        Address place = Address.at(base, offset);
        a.storePair(place, v, new VectorRegister(8));
        wanted.add("stp d29, d8, " + place);
        a.loadPair(v, new VectorRegister(8), place);
        wanted.add("ldp d29, d8, " + place);
        a.storePair(place, X19, X28);
        wanted.add("stp x19, x28, " + place);
        a.loadPair(X19, X28, place);
        wanted.add("ldp x19, x28, " + place);
      }
      for (int i = 0; i < 4; i++) {
        a.storeLane(base, v.lane(i), X5);
        wanted.add("st1 {v29.s}[%d], [%s], x5".formatted(i, base));
      }
      for (int i = 0; i < 16; i++) {
        a.storeByte(base, v, i, X5);
        wanted.add("st1 {v29.b}[%d], [%s], x5".formatted(i, base));
      }
      a.storeHalf(base, v, false, X5);
      a.storeHalf(base, v, true, X5);
      wanted.add("st1 {v29.d}[0], [%s], x5".formatted(base));
      wanted.add("st1 {v29.d}[1], [%s], x5".formatted(base));
    }
    readBack();
  }

  @Test
  void generalInstructionsReadAsTheyWereWritten() {
    for (Register r : List.of(X0, X17, X19, X30)) {
      a.mov(r, X3);
      a.mov(r, SP);
      a.mov(SP, r);
      a.mov(r, 0xFFFF);
      wanted.addAll(
          List.of(
              "mov %s, x3".formatted(r),
              "mov %s, sp".formatted(r),
              "mov sp, %s".formatted(r),
              "mov %s, #0xffff".formatted(r)));
      a.add(r, SP, 4095);
      a.add(SP, r, 1 << 20);
      a.add(r, X4, X5);
      a.add(r, X4, X5, 3);
      a.sub(r, SP, 16);
      a.sub(r, X4, r);
      a.subs(r, X4, 1);
      a.mul(r, X4, r);
      a.lsl(r, X4, 5);
      wanted.addAll(
          List.of(
              "add %s, sp, #0xfff".formatted(r),
              "add sp, %s, #0x100, lsl #12".formatted(r),
              "add %s, x4, x5".formatted(r),
              "add %s, x4, x5, lsl #3".formatted(r),
              "sub %s, sp, #0x10".formatted(r),
              "sub %s, x4, %s".formatted(r, r),
              "subs %s, x4, #0x1".formatted(r),
              "mul %s, x4, %s".formatted(r, r),
              "lsl %s, x4, #5".formatted(r)));
    }
    VectorRegister v = new VectorRegister(30);
    a.movi(v, 0);
    a.movi(v, 0xB7);
    a.dup(v, X7);
    a.dup(v, X30);
    a.fcvt(v, new VectorRegister(2));
    a.ret();
    wanted.addAll(
        List.of(
            "movi v30.16b, #0x0",
            "movi v30.16b, #0xb7",
            "dup v30.4s, w7",
            "dup v30.4s, w30",
            "fcvt s30, h2",
            "ret"));
    readBack();
  }

  @Test
  void jumpsGoWhereTheirLabelsAre() {
    Label back = new Label();
    Label end = new Label();
    a.place(back);
    a.jump(end);
    a.jump(back);
    wanted.addAll(List.of("b 0x28", "b 0x0"));
    for (Condition condition : Condition.values()) {
      a.jumpIf(condition, condition == Condition.ZERO ? end : back);
      wanted.add(
          "b.%s %s".formatted(condition.mnemonic, condition == Condition.ZERO ? "0x28" : "0x0"));
    }
    a.jumpIfZero(X9, end);
    a.jumpIfZero(X9, back);
    a.adr(X9, end);
    a.adr(X9, back);
    a.place(end);
    a.ret();
    wanted.addAll(List.of("cbz x9, 0x28", "cbz x9, 0x0", "adr x9, 0x28", "adr x9, 0x0", "ret"));
    readBack();
  }

  @Test
  void dataIsFoundWhereItsLabelIs() {
    Label data = new Label();
    a.adr(X3, data);
    a.align(16);
    a.place(data);
    // objdump leaves the zeros out.
    a.data(new byte[] {(byte) 0xC0, 0x03, 0x5F, (byte) 0xD6});
    wanted.addAll(List.of("adr x3, 0x10", "ret"));
    readBack();
  }

  @Test
  void whatHasNoEncodingIsRefused() {
    VectorRegister v = new VectorRegister(0);
    assertThatThrownBy(() -> a.load(Width.Q, v, Address.at(X1, 65536)))
        .hasMessage(
            "[x1, #65536] for 16 bytes: wanted an offset that is a multiple of them up to 65520,"
                + " or -256 to 255");
    assertThatThrownBy(() -> a.load(Width.Q, v, Address.at(X1, 264)))
        .hasMessageContaining("[x1, #264]");
    assertThatThrownBy(() -> a.storePair(Address.at(SP, 12), v, v))
        .hasMessage("a pair at [sp, #12]: found 12; wanted a multiple of 8");
    assertThatThrownBy(() -> a.storePair(Address.at(SP, 512), v, v)).hasMessageContaining("504");
    assertThatThrownBy(() -> a.add(X1, X1, 4097))
        .hasMessage("add 4097: wanted 0 to 4095, or a multiple of 4096 up to 16773120");
    assertThatThrownBy(() -> a.sub(X1, X1, -1)).hasMessageContaining("sub -1");
    assertThatThrownBy(() -> a.mov(X1, 65536)).hasMessageContaining("wanted 0 to 65535");
    assertThatThrownBy(() -> a.add(X1, SP, X2)).hasMessageContaining("sp would be read as zero");
    assertThatThrownBy(() -> a.emit(Op.USHR_B, v, v, 9))
        .hasMessage("USHR_B by 9 bits; wanted 1 to 8");
    assertThatThrownBy(() -> a.emit(Op.USHR_B, v, v, 0)).hasMessageContaining("wanted 1 to 8");
    assertThatThrownBy(() -> a.emit(Op.FADD, v, v)).hasMessageContaining("THREE");
    assertThatThrownBy(() -> a.movi(v, 256)).hasMessageContaining("wanted 0 to 255");
    assertThatThrownBy(() -> v.lane(4)).hasMessageContaining("wanted 0 to 3");
    assertThatThrownBy(() -> new VectorRegister(32)).hasMessageContaining("wanted 0 to 31");
    Label far = new Label();
    a.jumpIfZero(X0, far);
    a.data(new byte[1 << 20]);
    assertThatThrownBy(() -> a.place(far)).hasMessageContaining("1048580 bytes away");
  }

  private void readBack() {
    Optional<List<String>> found = Disassembly.of(a.bytes(), Disassembly.Syntax.A64);
    assumeTrue(
        found.isPresent(), "objdump for AArch64 is not installed (binutils-aarch64-linux-gnu)");
    List<String> lines = found.get().stream().map(line -> line.replaceAll(" +//.*", "")).toList();
    assertThat(lines).containsExactlyElementsOf(wanted);
  }
}
