package headroom.agent.cli;

import headroom.inference.LoadOptions;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How many threads work. */
final class ThreadsOption {
  /** More worker threads than any machine this runs on has. */
  private static final int MOST_THREADS = 1024;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Worker threads. Default: one for each core that this process may use.")
  private @Nullable Integer threads;

  /** What the user asked for. */
  OptionalInt asked() {
    if (threads == null) {
      return OptionalInt.empty();
    }
    if (threads < 1 || threads > MOST_THREADS) {
      throw CommandFailure.badArgument(
          "--threads is %d; wanted 1 to %d".formatted(threads, MOST_THREADS));
    }
    return OptionalInt.of(threads);
  }

  /** What the user asked for, or a thread for each core. */
  int count() {
    return asked().orElse(LoadOptions.defaultThreads());
  }
}
