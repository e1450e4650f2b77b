package headroom.inference.assembler.x86;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import headroom.inference.assembler.ExecutableMemory;
import headroom.inference.assembler.PageSource;
import headroom.inference.system.CLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * What the processor and the system together can execute, as the processor itself tells: the bits
 * of CPUID, less those whose registers the system does not save (Intel SDM volume 1, section 14.3).
 *
 * @param avx2 32-byte integers, with FMA and F16C
 * @param avxVnni byte products in VEX encoding
 * @param avx512Vnni byte products on 64 bytes, with AVX-512 F, BW, DQ and VL
 */
public record CpuFeatures(boolean avx2, boolean avxVnni, boolean avx512Vnni) {
  /** What a processor of another architecture has of these. */
  public static final CpuFeatures NONE = new CpuFeatures(false, false, false);

  // CPUID leaf 1, ecx.
  private static final int FMA = 1 << 12;
  private static final int OSXSAVE = 1 << 27;
  private static final int F16C = 1 << 29;
  // Leaf 7, subleaf 0: ebx, then ecx.
  private static final int AVX2 = 1 << 5;
  private static final int AVX512 = 1 << 16 | 1 << 17 | 1 << 30 | 1 << 31; // F, DQ, BW, VL
  private static final int AVX512_VNNI = 1 << 11;
  // Leaf 7, subleaf 1, eax.
  private static final int AVX_VNNI = 1 << 4;
  // XCR0: registers that the system saves.
  private static final int YMM_STATE = 1 << 1 | 1 << 2;
  private static final int ZMM_STATE = YMM_STATE | 1 << 5 | 1 << 6 | 1 << 7;

  /** True where this process runs on x86-64 and calls by the System V convention. */
  public static boolean isSystemVOnX86() {
    String architecture = System.getProperty("os.arch", "");
    return (architecture.equals("amd64") || architecture.equals("x86_64"))
        && !System.getProperty("os.name", "").startsWith("Windows");
  }

  /**
   * Asks the processor.
   *
   * @throws headroom.inference.assembler.RefusedException where code cannot be executed
   */
  public static CpuFeatures detect(PageSource pages) {
    if (!isSystemVOnX86()) {
      return NONE;
    }
    try (ExecutableMemory code = ExecutableMemory.of(question(), pages);
        Arena arena = Arena.ofConfined()) {
      MethodHandle ask =
          Linker.nativeLinker()
              .downcallHandle(code.at(0), FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, ADDRESS));
      MemorySegment answer = arena.allocate(JAVA_INT, 5);
      ask.invokeExact(0L, 0L, answer);
      int leaves = answer.getAtIndex(JAVA_INT, 0);
      if (leaves < 7) {
        return NONE;
      }
      ask.invokeExact(1L, 0L, answer);
      int basic = answer.getAtIndex(JAVA_INT, 2);
      if (!has(basic, FMA | OSXSAVE | F16C)) {
        return NONE;
      }
      ask.invokeExact(7L, 0L, answer);
      int extended = answer.getAtIndex(JAVA_INT, 1);
      int more = answer.getAtIndex(JAVA_INT, 2);
      boolean subleaf = answer.getAtIndex(JAVA_INT, 0) >= 1;
      int saved = savedState(pages);
      boolean avx2 = has(extended, AVX2) && has(saved, YMM_STATE);
      boolean avx512 = avx2 && has(extended, AVX512) && has(saved, ZMM_STATE);
      boolean avxVnni = false;
      if (subleaf) {
        ask.invokeExact(7L, 1L, answer);
        avxVnni = avx2 && has(answer.getAtIndex(JAVA_INT, 0), AVX_VNNI);
      }
      return new CpuFeatures(avx2, avxVnni, avx512 && has(more, AVX512_VNNI));
    } catch (Throwable e) {
      throw CLibrary.unchecked(e);
    }
  }

  private static boolean has(int found, int wanted) {
    return (found & wanted) == wanted;
  }

  /** (leaf, subleaf, int[4] answer): CPUID. */
  private static byte[] question() {
    Assembler a = new Assembler();
    a.push(Register.RBX); // the caller's
    a.mov(Register.R8, Register.RDX);
    a.mov(Register.RAX, Register.RDI);
    a.mov(Register.RCX, Register.RSI);
    a.cpuid();
    a.store32(Memory.at(Register.R8, 0), Register.RAX);
    a.store32(Memory.at(Register.R8, 4), Register.RBX);
    a.store32(Memory.at(Register.R8, 8), Register.RCX);
    a.store32(Memory.at(Register.R8, 12), Register.RDX);
    a.pop(Register.RBX);
    a.ret();
    return a.bytes();
  }

  /** XCR0, which may be read only where OSXSAVE is set. */
  private static int savedState(PageSource pages) throws Throwable {
    Assembler a = new Assembler();
    a.xor(Register.RCX, Register.RCX);
    a.xgetbv();
    a.ret();
    try (ExecutableMemory code = ExecutableMemory.of(a.bytes(), pages)) {
      MethodHandle read =
          Linker.nativeLinker().downcallHandle(code.at(0), FunctionDescriptor.of(JAVA_INT));
      return (int) read.invokeExact();
    }
  }
}
