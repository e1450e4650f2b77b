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
   * Those that this process runs on, the fastest first; none where there are no kernels for it.
   *
   * @throws RefusedException where code cannot be executed
   */
  public static List<Machine> here(PageSource pages) {
    List<Machine> x86 = x86(headroom.inference.assembler.x86.CpuFeatures.detect(pages));
    return x86.isEmpty() ? arm(headroom.inference.assembler.arm.CpuFeatures.detect()) : x86;
  }

  /**
   * The fastest that this process runs on.
   *
   * @throws UnfitException where there are no kernels for it
   * @throws RefusedException where code cannot be executed
   */
  public static Machine best(PageSource pages) {
    return require(here(pages)).getFirst();
  }

  static List<Machine> x86(headroom.inference.assembler.x86.CpuFeatures features) {
    return List.copyOf(headroom.inference.kernel.assembled.x86.InstructionSet.of(features));
  }

  static List<Machine> arm(headroom.inference.assembler.arm.CpuFeatures features) {
    return List.copyOf(headroom.inference.kernel.assembled.arm.InstructionSet.of(features));
  }

  /**
   * As they are.
   *
   * @throws UnfitException where there are none
   */
  public static List<Machine> require(List<Machine> found) {
    if (found.isEmpty()) {
      throw new UnfitException(
          "they want x86-64 with AVX2, FMA and F16C on Linux or macOS, or AArch64 with"
              + " dot products of bytes on Linux");
    }
    return found;
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
