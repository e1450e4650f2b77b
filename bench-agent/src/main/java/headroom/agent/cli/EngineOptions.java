package headroom.agent.cli;

import headroom.inference.KernelChoice;
import headroom.inference.LoadOptions;
import java.util.OptionalInt;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Threads and kernels of the engine. */
final class EngineOptions {
  @Mixin private ThreadsOption threads = new ThreadsOption();

  @Option(
      names = "--kernels",
      paramLabel = "SET",
      defaultValue = "AUTO",
      description = "auto, assembled, vector or reference. Default: auto.")
  private KernelChoice kernels = KernelChoice.AUTO;

  OptionalInt threads() {
    return threads.asked();
  }

  KernelChoice kernels() {
    return kernels;
  }

  LoadOptions loadOptions() {
    return new LoadOptions(threads.count(), kernels);
  }
}
