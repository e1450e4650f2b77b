package headroom.inference.kernel.processor;

import headroom.inference.assembler.PageSource;
import headroom.inference.assembler.RefusedException;
import headroom.inference.kernel.assembled.ArithmeticPeak;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.UnfitException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The machines that kernels are assembled for. */
public final class Processors {
  private Processors() {}

  /** All of them, whatever this one is. */
  public static List<Machine> all() {
    List<Machine> all = new ArrayList<>();
    all.addAll(List.of(headroom.inference.kernel.assembled.x86.InstructionSet.values()));
    all.addAll(List.of(headroom.inference.kernel.assembled.arm.InstructionSet.values()));
    return all;
  }

  /**
   * The best that this process runs on; empty where there are no kernels for it.
   *
   * @throws RefusedException where code cannot be executed
   */
  public static Optional<Machine> here(PageSource pages) {
    Optional<Machine> x86 = x86(headroom.inference.assembler.x86.CpuFeatures.detect(pages));
    return x86.isPresent() ? x86 : arm(headroom.inference.assembler.arm.CpuFeatures.detect());
  }

  /**
   * As {@link #here}.
   *
   * @throws UnfitException where there are no kernels for it
   * @throws RefusedException where code cannot be executed
   */
  public static Machine best(PageSource pages) {
    return require(here(pages));
  }

  static Optional<Machine> x86(headroom.inference.assembler.x86.CpuFeatures features) {
    return headroom.inference.kernel.assembled.x86.InstructionSet.best(features)
        .map(Machine.class::cast);
  }

  static Optional<Machine> arm(headroom.inference.assembler.arm.CpuFeatures features) {
    return headroom.inference.kernel.assembled.arm.InstructionSet.best(features)
        .map(Machine.class::cast);
  }

  static Machine require(Optional<Machine> found) {
    return found.orElseThrow(
        () ->
            new UnfitException(
                "they want x86-64 with AVX2, FMA and F16C on Linux or macOS, or AArch64 with"
                    + " dot products of bytes on Linux"));
  }

  /**
   * Measures the most that this process can multiply.
   *
   * @param threads at least 1
   * @return empty where nothing can be assembled
   */
  public static Optional<ArithmeticPeak> peak(int threads) throws InterruptedException {
    PageSource pages = PageSource.ofSystem();
    try {
      return Optional.of(ArithmeticPeak.measure(best(pages), pages, threads));
    } catch (UnfitException | RefusedException | IllegalCallerException e) {
      return Optional.empty();
    }
  }
}
