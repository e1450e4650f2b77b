package headroom.inference.assembler.x86;

import static headroom.inference.assembler.x86.Register.*;
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

/** Bytes written here, read back by objdump (GNU binutils); skipped where it is not installed. */
class AssemblerTest {
  private static final int[] NUMBERS = {0, 3, 8, 15, 16, 31};
  private static final List<Memory> PLACES =
      List.of(
          Memory.at(RAX, 0),
          Memory.at(RBP, 0),
          Memory.at(RSP, 8),
          Memory.at(R12, 127),
          Memory.at(R13, 0),
          Memory.at(RSI, -128),
          Memory.at(RDI, 128),
          Memory.at(R9, -4096),
          Memory.at(RDX, R8, 1, 0),
          Memory.at(RBP, R13, 2, 0),
          Memory.at(R13, RBP, 4, 12),
          Memory.at(RSP, R12, 8, 100_000));

  private final Assembler a = new Assembler();
  private final List<String> wanted = new ArrayList<>();

  @ParameterizedTest
  @EnumSource(Op.class)
  void vectorInstructionsReadAsTheyWereWritten(Op op) {
    for (VectorWidth width : VectorWidth.values()) {
      for (int number : NUMBERS) {
        boolean evex = width == VectorWidth.ZMM || number > 15;
        if (evex && op.reach == Op.Reach.VEX || onlyXmm(op) && width != VectorWidth.XMM) {
          continue;
        }
        if (width == VectorWidth.XMM && (op == Op.VPERMD || op == Op.VEXTRACTI128)) {
          continue; // they exist for wider registers only
        }
        if (op == Op.VEXTRACTI128 && width == VectorWidth.ZMM) {
          continue;
        }
        write(op, width.register(number), evex);
      }
    }
    readBack();
  }

  private void write(Op op, VectorRegister v, boolean evex) {
    VectorRegister other = v.width().register(v.number() ^ 9);
    String name = op.mnemonic(evex);
    if (op == Op.VPDPBUSD && !evex) {
      name = "{vex} " + name; // how the shorter of its two encodings is told apart
    }
    switch (op.form) {
      case THREE -> {
        a.emit(op, v, other, v);
        wanted.add("%s %%%s,%%%s,%%%s".formatted(name, v, other, v));
        a.emit(op, other, v, other);
        wanted.add("%s %%%s,%%%s,%%%s".formatted(name, other, v, other));
        for (Memory place : PLACES) {
          a.emit(op, v, other, place);
          wanted.add("%s %s,%%%s,%%%s".formatted(name, text(place), other, v));
        }
        if (op == Op.VPDPBUSD || op == Op.VPADDD || op == Op.VFMADD231PS || op == Op.VMULPS) {
          for (Memory place : PLACES) {
            a.emit(op, v, other, place.toEveryLane());
            wanted.add(
                "%s %s{1to%d},%%%s,%%%s"
                    .formatted(op.mnemonic(true), text(place), v.width().lanes(), other, v));
          }
        }
      }
      case TWO -> {
        VectorRegister source = other.as(sourceWidth(op, v.width()));
        if (op != Op.VMOVSS) {
          a.emit(op, v, source);
          wanted.add("%s %%%s,%%%s".formatted(name, source, v));
        }
        for (Memory place : PLACES) {
          a.emit(op, v, place);
          wanted.add("%s %s,%%%s".formatted(name, text(place), v));
        }
      }
      case STORE -> {
        for (Memory place : PLACES) {
          if (op == Op.VPEXTRD || op == Op.VEXTRACTI128) {
            a.emit(op, place, v, 1);
            wanted.add("%s $0x1,%%%s,%s".formatted(name, v, text(place)));
          } else {
            a.emit(op, place, v);
            wanted.add("%s %%%s,%s".formatted(name, v, text(place)));
          }
        }
      }
      case SHUFFLE -> {
        a.shuffle(op, v, other, 0x4E);
        wanted.add("%s $0x4e,%%%s,%%%s".formatted(name, other, v));
      }
      case SHIFT -> {
        a.shift(op, v, other, 4);
        wanted.add("%s $0x4,%%%s,%%%s".formatted(name, other, v));
      }
    }
  }

  private static boolean onlyXmm(Op op) {
    return switch (op) {
      case VMOVSS, VMOVSS_STORE, VMOVLPS_STORE, VMOVHPS_STORE, VMOVD_STORE, VPEXTRD -> true;
      default -> false;
    };
  }

  private static VectorWidth sourceWidth(Op op, VectorWidth width) {
    int part =
        switch (op) {
          case VCVTPH2PS, VPMOVZXWD, VPMOVSXBW, VPMOVZXBW -> 2;
          case VPMOVSXBD, VPMOVZXBD -> 4;
          case VBROADCASTSS, VPBROADCASTD -> 16;
          default -> 1;
        };
    int bytes = Math.max(16, width.bytes() / part);
    return bytes == 16 ? VectorWidth.XMM : bytes == 32 ? VectorWidth.YMM : VectorWidth.ZMM;
  }

  @Test
  void generalInstructionsReadAsTheyWereWritten() {
    for (Register r : List.of(RAX, RSP, RDI, R8, R13, R15)) {
      Register s = Register.values()[15 - r.ordinal()];
      String x = name(r);
      String y = name(s);
      a.mov(r, s);
      wanted.add("mov %s,%s".formatted(y, x));
      a.mov(r, -5);
      wanted.add("mov $0xfffffffffffffffb,%s".formatted(x));
      a.add(r, s);
      wanted.add("add %s,%s".formatted(y, x));
      a.add(r, 1000);
      wanted.add("add $0x3e8,%s".formatted(x));
      a.sub(r, 1);
      wanted.add("sub $0x1,%s".formatted(x));
      a.sub(r, s);
      wanted.add("sub %s,%s".formatted(y, x));
      a.and(r, -32);
      wanted.add("and $0xffffffffffffffe0,%s".formatted(x));
      a.imul(r, s, 272);
      wanted.add("imul $0x110,%s,%s".formatted(y, x));
      a.xor(r, s);
      wanted.add("xor %s,%s".formatted(y, x));
      a.xor(r, -8);
      wanted.add("xor $0xfffffffffffffff8,%s".formatted(x));
      a.or(r, s);
      wanted.add("or %s,%s".formatted(y, x));
      a.shiftLeft(r, 4);
      wanted.add("shl $0x4,%s".formatted(x));
      a.shiftRight(r, 16);
      wanted.add("shr $0x10,%s".formatted(x));
      a.push(r);
      wanted.add("push %s".formatted(x));
      a.pop(r);
      wanted.add("pop %s".formatted(x));
      for (Memory place : PLACES) {
        a.lea(r, place);
        wanted.add("lea %s,%s".formatted(text(place), x));
        a.load64(r, place);
        wanted.add("mov %s,%s".formatted(text(place), x));
        a.load32(r, place);
        wanted.add("mov %s,%s".formatted(text(place), part(r, 32)));
        a.store32(place, r);
        wanted.add("mov %s,%s".formatted(part(r, 32), text(place)));
        a.store16(place, r);
        wanted.add("mov %s,%s".formatted(part(r, 16), text(place)));
        if (r == RAX || r.ordinal() > 7) {
          a.store8(place, r);
          wanted.add("mov %s,%s".formatted(r == RAX ? "%al" : name(r) + "b", text(place)));
        }
        a.prefetch(place);
        wanted.add("prefetcht0 %s".formatted(text(place)));
      }
    }
    a.cpuid();
    a.xgetbv();
    a.vzeroupper();
    a.ret();
    wanted.addAll(List.of("cpuid", "xgetbv", "vzeroupper", "ret"));
    readBack();
  }

  @Test
  void jumpsGoWhereTheirLabelsAre() {
    Label back = new Label();
    Label end = new Label();
    a.place(back);
    a.jump(end);
    a.sub(RAX, 1);
    a.jumpIfNotZero(back);
    a.jumpIfZero(back);
    a.jumpIfNegative(end);
    a.jumpIfNotNegative(back);
    a.place(end);
    a.ret();
    wanted.addAll(
        List.of("jmp 0x24", "sub $0x1,%rax", "jne 0x0", "je 0x0", "js 0x24", "jns 0x0", "ret"));
    readBack();
  }

  @Test
  void dataIsFoundWhereItsLabelIs() {
    Label data = new Label();
    a.lea(RCX, data);
    a.lea(R9, data);
    a.push(R8);
    a.align(16); // already there: 7 + 7 + 2 bytes
    a.place(data);
    a.data(new byte[] {(byte) 0xC3});
    wanted.addAll(
        List.of("lea 0x9(%rip),%rcx # 0x10", "lea 0x2(%rip),%r9 # 0x10", "push %r8", "ret"));
    readBack();
  }

  @Test
  void whatHasNoEncodingIsRefused() {
    assertThatThrownBy(
            () ->
                a.emit(
                    Op.VPSIGNB,
                    VectorRegister.zmm(0),
                    VectorRegister.zmm(0),
                    VectorRegister.zmm(0)))
        .hasMessageContaining("VPSIGNB has no EVEX encoding");
    assertThatThrownBy(() -> a.emit(Op.VPADDD, VectorRegister.ymm(0), VectorRegister.ymm(1)))
        .hasMessageContaining("THREE");
    assertThatThrownBy(() -> Memory.at(RAX, RSP, 1, 0)).hasMessageContaining("rsp");
    assertThatThrownBy(() -> a.store8(Memory.at(RAX, 0), RSI))
        .hasMessageContaining("the lowest byte of RSI");
    Label label = new Label();
    a.place(label);
    assertThatThrownBy(() -> a.place(label)).hasMessageContaining("once");
  }

  private void readBack() {
    Optional<List<String>> found = Disassembly.of(a.bytes(), Disassembly.Syntax.ATT);
    assumeTrue(found.isPresent(), "objdump is not installed (Debian: binutils)");
    List<String> lines =
        found.get().stream().map(line -> line.replaceAll("\\bretq\\b", "ret")).toList();
    assertThat(lines).containsExactlyElementsOf(wanted);
  }

  private static String name(Register r) {
    return "%" + r.name().toLowerCase(Locale.ROOT);
  }

  /** How the lower bits of a register are called. */
  private static String part(Register r, int bits) {
    return r.ordinal() > 7
        ? name(r) + (bits == 32 ? "d" : "w")
        : "%" + (bits == 32 ? "e" : "") + name(r).substring(2);
  }

  private static String text(Memory m) {
    int d = m.displacement();
    boolean must = m.base() == RBP || m.base() == R13; // these two cannot do without
    String displacement =
        d < 0
            ? "-0x" + Integer.toHexString(-d)
            : d > 0 || must ? "0x" + Integer.toHexString(d) : "";
    String index = m.index() == null ? "" : "," + name(m.index()) + "," + m.scale();
    return displacement + "(" + name(m.base()) + index + ")";
  }
}
