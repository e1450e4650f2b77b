package headroom.inference;

import java.util.OptionalInt;

/**
 * How a model is loaded.
 *
 * @param threads that work on a token, at least 1
 * @param kernels which arithmetic they use
 * @param activeExperts of a mixture that serve a token, at least 1; empty where the file says it
 */
public record LoadOptions(int threads, KernelChoice kernels, OptionalInt activeExperts) {
  public LoadOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("threads are " + threads + "; wanted at least 1");
    }
    if (activeExperts.isPresent() && activeExperts.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "active experts are " + activeExperts.getAsInt() + "; wanted at least 1");
    }
  }

  /** As many experts for a token as the file says. */
  public LoadOptions(int threads, KernelChoice kernels) {
    this(threads, kernels, OptionalInt.empty());
  }

  /** These options with another number of experts for a token. */
  public LoadOptions withActiveExperts(int count) {
    return new LoadOptions(threads, kernels, OptionalInt.of(count));
  }

  /** The fastest kernels on every available processor. */
  public static LoadOptions defaults() {
    return new LoadOptions(Runtime.getRuntime().availableProcessors(), KernelChoice.AUTO);
  }
}
