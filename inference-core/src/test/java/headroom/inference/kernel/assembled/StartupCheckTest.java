package headroom.inference.kernel.assembled;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headroom.inference.assembler.PageSource;
import headroom.inference.kernel.processor.Processors;
import headroom.inference.kernel.reference.ReferenceKernels;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A kernel that does not compute what the reference does never serves. */
class StartupCheckTest {
  private static final PageSource PAGES = PageSource.ofSystem();

  /** All that write kernels here: one that nobody checks is found by itself. */
  static Set<String> writers() {
    return BrokenMachine.writers(here());
  }

  private static Machine here() {
    List<Machine> here = Processors.here(PAGES);
    assumeTrue(!here.isEmpty(), "this processor has no instructions that kernels are made of");
    return here.getFirst();
  }

  @ParameterizedTest
  @MethodSource("writers")
  void kernelsThatDoNothingAreFound(String writer) {
    Machine broken = BrokenMachine.of(here(), writer);
    assertThatThrownBy(
            () -> AssembledKernels.checked(broken, PAGES, new ReferenceKernels()).close())
        .isInstanceOf(UnfitException.class)
        .hasMessageMatching("the .* kernel for the .* computed .*; the reference .*|packing .*");
  }
}
