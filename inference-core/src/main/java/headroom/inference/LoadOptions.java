package headroom.inference;

/**
 * How a model is loaded.
 *
 * @param threads that work on a token, at least 1
 * @param kernels which arithmetic they use
 */
public record LoadOptions(int threads, KernelChoice kernels) {
  public LoadOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("threads are " + threads + "; wanted at least 1");
    }
  }

  /** The fastest kernels on every available processor. */
  public static LoadOptions defaults() {
    return new LoadOptions(Runtime.getRuntime().availableProcessors(), KernelChoice.AUTO);
  }
}
