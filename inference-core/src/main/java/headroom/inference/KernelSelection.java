package headroom.inference;

import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.reference.ReferenceKernels;
import headroom.inference.kernel.vector.VectorKernels;

/**
 * The kernels that serve and why.
 *
 * @param kernels chosen
 * @param reason one sentence for people and run documents
 */
record KernelSelection(Kernels kernels, String reason) {
  private static final String MODULE = "jdk.incubator.vector";

  static KernelSelection of(KernelChoice choice) {
    return switch (choice) {
      case REFERENCE ->
          new KernelSelection(new ReferenceKernels(), "Scalar kernels, as asked for.");
      case AUTO -> fastest();
      case VECTOR -> {
        KernelSelection found = fastest();
        if (found.kernels instanceof ReferenceKernels) {
          throw new IllegalStateException("vector kernels cannot serve: " + found.reason);
        }
        yield new KernelSelection(found.kernels, "Vector kernels, as asked for.");
      }
    };
  }

  /** Looks for the module before any class that needs it is loaded. */
  private static KernelSelection fastest() {
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
