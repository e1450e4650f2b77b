package headroom.inference;

import headroom.inference.topology.Topology;
import java.util.Optional;
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

  /** The fastest kernels on every core. */
  public static LoadOptions defaults() {
    return new LoadOptions(defaultThreads(), KernelChoice.AUTO);
  }

  /**
   * A thread for each physical core that this process may use, for two on a core share what
   * multiplies and what loads; no more than Java counts processors, which a container's quota
   * bounds, and as many as that where cores are not told.
   */
  public static int defaultThreads() {
    return defaultThreads(Topology.ofSystem(), Runtime.getRuntime().availableProcessors());
  }

  static int defaultThreads(Optional<Topology> topology, int processors) {
    return topology.map(known -> Math.min(known.cores(), processors)).orElse(processors);
  }
}
