package headroom.inference.assembler.arm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import headroom.inference.system.CLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * What an AArch64 processor executes, as Linux tells a process: only the system may ask the
 * processor itself, and it says what all cores have
 * (https://docs.kernel.org/arch/arm64/elf_hwcaps.html). All of them have NEON, with halves to
 * floats and back.
 *
 * @param dotProduct SDOT: FEAT_DotProd
 * @param matrixProduct SMMLA: FEAT_I8MM
 */
public record CpuFeatures(boolean dotProduct, boolean matrixProduct) {
  /** What a processor of another architecture has of these, or one that nobody tells of. */
  public static final CpuFeatures NONE = new CpuFeatures(false, false);

  // <elf.h>: what getauxval is asked for.
  private static final long AT_HWCAP = 16;
  private static final long AT_HWCAP2 = 26;
  // <asm/hwcap.h> of arm64: what it answers.
  private static final long HWCAP_ASIMDDP = 1 << 20;
  private static final long HWCAP2_I8MM = 1 << 13;

  /**
   * True where this process runs on AArch64 and Linux. On macOS executable pages want MAP_JIT, and
   * pthread_jit_write_protect_np makes all such pages of a thread writable and not executable while
   * they are written (Apple, "Porting just-in-time compilers to Apple silicon"): Java's own
   * compiled code among them, which is what would have to write.
   */
  public static boolean isLinuxOnArm() {
    return System.getProperty("os.arch", "").equals("aarch64")
        && System.getProperty("os.name", "").equals("Linux");
  }

  /** Asks the system. */
  public static CpuFeatures detect() {
    if (!isLinuxOnArm()) {
      return NONE;
    }
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> getauxval = linker.defaultLookup().find("getauxval");
    if (getauxval.isEmpty()) {
      return NONE;
    }
    MethodHandle ask =
        linker.downcallHandle(getauxval.get(), FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
    try {
      return of((long) ask.invokeExact(AT_HWCAP), (long) ask.invokeExact(AT_HWCAP2));
    } catch (Throwable e) {
      throw CLibrary.unchecked(e);
    }
  }

  static CpuFeatures of(long hwcap, long hwcap2) {
    return new CpuFeatures((hwcap & HWCAP_ASIMDDP) != 0, (hwcap2 & HWCAP2_I8MM) != 0);
  }
}
