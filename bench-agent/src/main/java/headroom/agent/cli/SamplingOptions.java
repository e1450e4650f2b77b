package headroom.agent.cli;

import headroom.inference.sample.Distribution;
import headroom.inference.sample.Greedy;
import headroom.inference.sample.Sampling;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the next token is chosen. */
final class SamplingOptions {
  @Option(
      names = "--temp",
      paramLabel = "T",
      defaultValue = "0",
      description = "Temperature; 0 takes the most likely token. Default: 0.")
  private double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      description = "Keep the K most likely tokens; 0 keeps all. Default: 0.")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      description = "Keep the most likely tokens that together reach P. Default: 1.")
  private double topP = 1;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "Seed of the sampling; the same seed gives the same text. Default: the time.")
  private @Nullable Long seed;

  /** A new sampler; two of one seed draw alike. */
  Distribution sampler() {
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw CommandFailure.badArgument("--temp is %s; wanted 0 or more".formatted(temperature));
    }
    if (topK < 0) {
      throw CommandFailure.badArgument("--top-k is %d; wanted 0 or more".formatted(topK));
    }
    if (!(topP > 0 && topP <= 1)) {
      throw CommandFailure.badArgument("--top-p is %s; wanted above 0, up to 1".formatted(topP));
    }
    return temperature == 0
        ? new Greedy()
        : new Sampling(
            (float) temperature,
            topK == 0 ? Integer.MAX_VALUE : topK,
            (float) topP,
            seed == null ? System.nanoTime() : seed);
  }
}
