package headroom.agent.cli;

import headroom.inference.KernelChoice;
import headroom.inference.LoadOptions;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Threads and kernels of the engine. */
final class EngineOptions {
  /** More worker threads than any machine this runs on has. */
  private static final int MOST_THREADS = 1024;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Worker threads. Default: every processor that this process may use.")
  private @Nullable Integer threads;

  @Option(
      names = "--kernels",
      paramLabel = "SET",
      defaultValue = "AUTO",
      description = "auto, vector or reference. Default: auto.")
  private KernelChoice kernels = KernelChoice.AUTO;

  OptionalInt threads() {
    if (threads == null) {
      return OptionalInt.empty();
    }
    if (threads < 1 || threads > MOST_THREADS) {
      throw CommandFailure.badArgument(
          "--threads is %d; wanted 1 to %d".formatted(threads, MOST_THREADS));
    }
    return OptionalInt.of(threads);
  }

  KernelChoice kernels() {
    return kernels;
  }

  LoadOptions loadOptions() {
    return new LoadOptions(threads().orElse(Runtime.getRuntime().availableProcessors()), kernels);
  }
}
