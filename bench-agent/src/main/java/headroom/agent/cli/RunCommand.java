package headroom.agent.cli;

import headroom.inference.LanguageModel;
import headroom.inference.sample.Greedy;
import headroom.inference.sample.Sampler;
import headroom.inference.sample.Sampling;
import headroom.kv.KvCacheSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Generates text. */
@Command(
    name = "run",
    description = "Generate text with a model file, streaming; a trace of the speed at the end.")
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--model", paramLabel = "FILE", required = true, description = "GGUF file.")
  private Path model;

  @Option(names = "--prompt", paramLabel = "TEXT", required = true, description = "Text to go on.")
  private String prompt;

  @Option(
      names = "-n",
      paramLabel = "N",
      defaultValue = "128",
      description = "Most tokens to generate. Default: 128.")
  private int tokens;

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
  private double topP;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "Seed of the sampling; the same seed gives the same text. Default: the time.")
  private @Nullable Long seed;

  @Mixin private CacheOption cache;
  @Mixin private EngineOptions engine;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  RunCommand() {}

  @Override
  public Integer call() throws IOException {
    if (!Files.isRegularFile(model)) {
      throw CommandFailure.badArgument("no such file: " + model);
    }
    if (tokens < 1) {
      throw CommandFailure.badArgument("-n is %d; wanted at least 1".formatted(tokens));
    }
    Sampler sampler = sampler();
    PrintWriter err = spec.commandLine().getErr();
    try (LanguageModel loaded = LanguageModel.load(model, engine.loadOptions())) {
      int[] ids = loaded.tokenizer().encode(prompt, true, false);
      if (ids.length == 0) {
        throw CommandFailure.badArgument("--prompt is empty; wanted at least one token of text");
      }
      int room = loaded.contextLength() - ids.length;
      if (room < 1) {
        throw CommandFailure.failed(
            "the prompt has %d tokens; %s was made for %d"
                .formatted(ids.length, model, loaded.contextLength()));
      }
      int most = Math.min(tokens, room);
      if (most < tokens) {
        err.println(
            "the model's context of %d tokens leaves %d of the %d to generate"
                .formatted(loaded.contextLength(), most, tokens));
      }
      KvCacheSpec spec = cache.storage().spec(ids.length + most);
      Generation generation =
          new Generation(loaded, spec, sampler, this.spec.commandLine().getOut());
      generation.run(prompt, ids, most);
      if (!generation.interrupted()) {
        err.println(generation.trace()); // Otherwise the shutdown has said it.
      }
      return generation.interrupted() ? 130 : 0; // 128 + SIGINT
    }
  }

  private Sampler sampler() {
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
