package headroom.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headroom.inference.assembler.PageSource;
import headroom.inference.assembler.RefusedException;
import headroom.inference.assembler.x86.CpuFeatures;
import headroom.inference.kernel.assembled.BrokenMachine;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.UnfitException;
import headroom.inference.kernel.processor.Processors;
import headroom.inference.kernel.reference.ReferenceKernels;
import headroom.inference.kernel.vector.VectorKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelSelectionTest {
  /** A system that gives memory and then does not let it be executed, as SELinux can. */
  private static final PageSource REFUSING =
      new PageSource() {
        @Override
        public MemorySegment writable(long bytes) {
          return Arena.ofAuto().allocate(bytes);
        }

        @Override
        public void makeExecutable(MemorySegment pages) {
          throw new RefusedException("mprotect", "Permission denied");
        }

        @Override
        public void release(MemorySegment pages) {}
      };

  @Test
  void whereExecutableMemoryIsRefusedTheVectorApiServesAndSaysWhy() {
    assumeTrue(CpuFeatures.isSystemVOnX86(), "elsewhere nothing is assembled in the first place");
    KernelSelection selection = KernelSelection.of(KernelChoice.AUTO, REFUSING);
    assertThat(selection.kernels()).isInstanceOf(VectorKernels.class);
    assertThat(selection.reason())
        .startsWith("Vector API kernels:")
        .endsWith("No assembled kernels: mprotect was refused: Permission denied.");
    assertThatThrownBy(() -> KernelSelection.of(KernelChoice.ASSEMBLED, REFUSING))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("assembled kernels cannot serve")
        .hasMessageContaining("Permission denied");
  }

  @Test
  void whatThisProcessorExecutesServes() {
    assumeTrue(!Processors.here(PageSource.ofSystem()).isEmpty(), "no kernels for this processor");
    KernelSelection selection = KernelSelection.of(KernelChoice.AUTO);
    try (var kernels = selection.kernels()) {
      assertThat(kernels.name()).startsWith("assembled-");
      assertThat(kernels.remark()).isEmpty();
      assertThat(selection.reason()).contains("agree with the reference");
    }
  }

  @Test
  void whereTheFastestComputeWronglyTheNextServe() {
    PageSource pages = PageSource.ofSystem();
    assumeTrue(!Processors.here(pages).isEmpty(), "no kernels for this processor");
    Machine machine = Processors.here(pages).getFirst();
    Machine broken = BrokenMachine.of(machine, "norm");
    ReferenceKernels others = new ReferenceKernels();
    KernelSelection selection = KernelSelection.assembled(List.of(broken, machine), pages, others);
    try (var kernels = selection.kernels()) {
      assertThat(kernels.name()).isEqualTo("assembled-" + machine.label());
      assertThat(selection.reason())
          .startsWith("Assembled kernels: this processor executes " + machine.label())
          .containsPattern("Faster ones do not: the \\S+ kernel for the norm computed .+\\.$");
    }
    assertThatThrownBy(() -> KernelSelection.assembled(List.of(broken, broken), pages, others))
        .isInstanceOf(UnfitException.class)
        .hasMessageMatching("the \\S+ kernel for the norm .+; the \\S+ kernel for the norm .+");
  }
}
