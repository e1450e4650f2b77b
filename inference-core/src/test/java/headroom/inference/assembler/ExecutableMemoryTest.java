package headroom.inference.assembler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headroom.inference.assembler.x86.Assembler;
import headroom.inference.assembler.x86.CpuFeatures;
import headroom.inference.assembler.x86.Memory;
import headroom.inference.assembler.x86.Register;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExecutableMemoryTest {
  @Test
  void whatWasAssembledCanBeCalled() throws Throwable {
    assumeTrue(CpuFeatures.isSystemVOnX86(), "this code is for x86-64 and its System V convention");
    Assembler a = new Assembler();
    a.lea(Register.RAX, Memory.at(Register.RDI, Register.RSI, 8, 5));
    a.ret();
    try (ExecutableMemory code = ExecutableMemory.of(a.bytes(), PageSource.ofSystem())) {
      MethodHandle call =
          Linker.nativeLinker()
              .downcallHandle(
                  code.at(0),
                  FunctionDescriptor.of(
                      ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
                  Linker.Option.critical(true));
      assertThat((long) call.invokeExact(100L, 4L)).isEqualTo(137);
    }
  }

  @Test
  void aRefusalLeavesNoPagesBehind() {
    Refusing refusing = new Refusing();
    assertThatThrownBy(() -> ExecutableMemory.of(new byte[] {1}, refusing))
        .hasMessage("mprotect was refused: Permission denied");
    assertThat(refusing.held).isZero();
  }

  @Test
  void theSystemsOwnWordsSayWhyMemoryWasRefused() {
    assumeTrue(CpuFeatures.isSystemVOnX86(), "asks the system for more than 47 bits can address");
    assertThatThrownBy(() -> PageSource.ofSystem().writable(1L << 60))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("mmap was refused: Cannot allocate memory");
  }

  @Test
  void featuresAreThoseThatTheSystemTellsToo() throws Exception {
    Path cpuinfo = Path.of("/proc/cpuinfo");
    assumeTrue(CpuFeatures.isSystemVOnX86() && Files.isReadable(cpuinfo), "wants Linux on x86-64");
    String flags =
        Files.readAllLines(cpuinfo).stream()
            .filter(line -> line.startsWith("flags"))
            .findFirst()
            .orElseThrow();
    CpuFeatures features = CpuFeatures.detect(PageSource.ofSystem());
    assertThat(features.avx2())
        .isEqualTo(flags.contains(" avx2 ") && flags.contains(" fma ") && flags.contains(" f16c "));
    assertThat(features.avxVnni()).isEqualTo(flags.contains(" avx_vnni"));
    assertThat(features.avx512Vnni()).isEqualTo(flags.contains(" avx512_vnni"));
  }

  /** A system that gives memory and then does not let it be executed, as SELinux can. */
  static final class Refusing implements PageSource {
    private int held;

    @Override
    public MemorySegment writable(long bytes) {
      held++;
      return Arena.ofAuto().allocate(bytes);
    }

    @Override
    public void makeExecutable(MemorySegment pages) {
      throw new RefusedException("mprotect", "Permission denied");
    }

    @Override
    public void release(MemorySegment pages) {
      held--;
    }
  }
}
