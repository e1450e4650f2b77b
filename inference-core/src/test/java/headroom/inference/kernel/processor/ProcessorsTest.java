package headroom.inference.kernel.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.UnfitException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessorsTest {
  @Test
  void instructionsThatThereAreServeTheFastestFirst() {
    assertThat(arm(true, true)).containsExactly("neon-i8mm", "neon-dotprod");
    assertThat(arm(true, false)).containsExactly("neon-dotprod");
    assertThat(arm(false, true)).isEmpty();
    assertThat(x86(true, true, true)).containsExactly("avx512-vnni", "avx-vnni", "avx2");
    assertThat(x86(true, false, true)).containsExactly("avx512-vnni", "avx2");
    assertThat(x86(true, true, false)).containsExactly("avx-vnni", "avx2");
    assertThat(x86(true, false, false)).containsExactly("avx2");
  }

  @Test
  void aProcessorWithoutTheInstructionsIsToldWhatIsWanted() {
    List<Machine> none = Processors.x86(headroom.inference.assembler.x86.CpuFeatures.NONE);
    assertThat(none).isEmpty();
    assertThatThrownBy(() -> Processors.require(none))
        .isInstanceOf(UnfitException.class)
        .hasMessageContaining("AVX2, FMA and F16C")
        .hasMessageContaining("AArch64 with dot products");
  }

  private static List<String> arm(boolean dotProduct, boolean matrixProduct) {
    return Processors.arm(
            new headroom.inference.assembler.arm.CpuFeatures(dotProduct, matrixProduct))
        .stream()
        .map(Machine::label)
        .toList();
  }

  private static List<String> x86(boolean avx2, boolean avxVnni, boolean avx512Vnni) {
    return Processors.x86(
            new headroom.inference.assembler.x86.CpuFeatures(avx2, avxVnni, avx512Vnni))
        .stream()
        .map(Machine::label)
        .toList();
  }
}
