package headroom.inference;

import headroom.inference.assembler.PageSource;
import headroom.inference.assembler.RefusedException;
import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.assembled.AssembledKernels;
import headroom.inference.kernel.assembled.Machine;
import headroom.inference.kernel.assembled.UnfitException;
import headroom.inference.kernel.processor.Processors;
import headroom.inference.kernel.reference.ReferenceKernels;
import headroom.inference.kernel.vector.VectorKernels;
import java.util.ArrayList;
import java.util.List;

/**
 * The kernels that serve and why.
 *
 * @param kernels chosen
 * @param reason a sentence or two for people and run documents
 */
record KernelSelection(Kernels kernels, String reason) {
  private static final String MODULE = "jdk.incubator.vector";

  static KernelSelection of(KernelChoice choice) {
    return of(choice, PageSource.ofSystem());
  }

  /**
   * Chooses.
   *
   * @param pages where executable memory comes from, or does not
   * @throws IllegalStateException where what was asked for cannot serve
   */
  static KernelSelection of(KernelChoice choice, PageSource pages) {
    return switch (choice) {
      case REFERENCE ->
          new KernelSelection(new ReferenceKernels(), "Scalar kernels, as asked for.");
      case VECTOR -> {
        KernelSelection found = portable();
        if (found.kernels instanceof ReferenceKernels) {
          throw new IllegalStateException("vector kernels cannot serve: " + found.reason);
        }
        yield new KernelSelection(found.kernels, "Vector kernels, as asked for.");
      }
      case ASSEMBLED -> {
        KernelSelection found = fastest(pages);
        if (!(found.kernels instanceof AssembledKernels)) {
          throw new IllegalStateException("assembled kernels cannot serve: " + found.reason);
        }
        yield new KernelSelection(found.kernels, "Assembled kernels, as asked for.");
      }
      case AUTO -> fastest(pages);
    };
  }

  private static KernelSelection fastest(PageSource pages) {
    KernelSelection portable = portable();
    try {
      return assembled(Processors.require(Processors.here(pages)), pages, portable.kernels);
    } catch (UnfitException | RefusedException | IllegalCallerException e) {
      return new KernelSelection(
          portable.kernels,
          "%s No assembled kernels: %s.".formatted(portable.reason, e.getMessage()));
    }
  }

  /**
   * The first that agree with the reference.
   *
   * @param machines that this process runs on, the fastest first; at least one
   * @throws UnfitException where none agree
   * @throws RefusedException where code cannot be executed
   */
  static KernelSelection assembled(List<Machine> machines, PageSource pages, Kernels others) {
    List<String> wrong = new ArrayList<>();
    for (Machine machine : machines) {
      try {
        AssembledKernels kernels = AssembledKernels.checked(machine, pages, others);
        return new KernelSelection(
            kernels,
            "Assembled kernels: this processor executes %s, and they agree with the reference.%s"
                .formatted(
                    kernels.instructions(),
                    wrong.isEmpty() ? "" : " Faster ones do not: %s.".formatted(join(wrong))));
      } catch (UnfitException e) {
        wrong.add(e.getMessage());
      }
    }
    throw new UnfitException(join(wrong));
  }

  private static String join(List<String> reasons) {
    return String.join("; ", reasons);
  }

  /** Looks for the module before any class that needs it is loaded. */
  private static KernelSelection portable() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return new KernelSelection(
          new ReferenceKernels(),
          "Scalar kernels: the Vector API is not there; start java with --add-modules=%s."
              .formatted(MODULE));
    }
    if (!VectorKernels.serve()) {
      return new KernelSelection(
          new ReferenceKernels(),
          "Scalar kernels: this processor's vectors have %d bits; wanted at least 128."
              .formatted(VectorKernels.width()));
    }
    return new KernelSelection(
        new VectorKernels(),
        "Vector API kernels: this processor prefers vectors of %d bits."
            .formatted(VectorKernels.width()));
  }
}
