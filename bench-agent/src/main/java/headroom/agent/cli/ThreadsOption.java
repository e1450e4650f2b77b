package headroom.agent.cli;

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
      description = "Worker threads. Default: every processor that this process may use.")
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

  /** What the user asked for, or every processor. */
  int count() {
    return asked().orElse(Runtime.getRuntime().availableProcessors());
  }
}
