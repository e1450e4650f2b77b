package headroom.inference.kernel.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.inference.assembler.x86.CpuFeatures;
import headroom.inference.kernel.assembled.UnfitException;
import headroom.inference.kernel.assembled.x86.InstructionSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessorsTest {
  @Test
  void aProcessorWithoutTheInstructionsIsToldWhatIsWanted() {
    assertThat(InstructionSet.best(CpuFeatures.NONE)).isEmpty();
    assertThatThrownBy(() -> Processors.require(Optional.empty()))
        .isInstanceOf(UnfitException.class)
        .hasMessageContaining("AVX2, FMA and F16C");
  }
}
