package headroom.inference.kernel.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.UnfitException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessorsTest {
  @Test
  void theBestInstructionsThatThereAreServe() {
    assertThat(arm(true, true)).contains("neon-i8mm");
    assertThat(arm(true, false)).contains("neon-dotprod");
    assertThat(arm(false, true)).isEmpty();
    assertThat(x86(true, true, true)).contains("avx512-vnni");
    assertThat(x86(true, true, false)).contains("avx-vnni");
    assertThat(x86(true, false, false)).contains("avx2");
  }

  @Test
  void aProcessorWithoutTheInstructionsIsToldWhatIsWanted() {
    Optional<Machine> none = Processors.x86(headroom.inference.assembler.x86.CpuFeatures.NONE);
    assertThat(none).isEmpty();
    assertThatThrownBy(() -> Processors.require(none))
        .isInstanceOf(UnfitException.class)
        .hasMessageContaining("AVX2, FMA and F16C")
        .hasMessageContaining("AArch64 with dot products");
  }

  private static Optional<String> arm(boolean dotProduct, boolean matrixProduct) {
    return Processors.arm(
            new headroom.inference.assembler.arm.CpuFeatures(dotProduct, matrixProduct))
        .map(Machine::label);
  }

  private static Optional<String> x86(boolean avx2, boolean avxVnni, boolean avx512Vnni) {
    return Processors.x86(
            new headroom.inference.assembler.x86.CpuFeatures(avx2, avxVnni, avx512Vnni))
        .map(Machine::label);
  }
}
