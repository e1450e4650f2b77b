package headroom.agent.cli;

import headroom.agent.bench.Bench;
import headroom.agent.bench.BenchPlan;
import headroom.agent.bench.EngineBuild;
import headroom.agent.bench.FileFacts;
import headroom.agent.bench.RunFiles;
import headroom.agent.bench.SyntheticModels;
import headroom.agent.files.Folders;
import headroom.agent.hardware.HardwareProbe;
import headroom.agent.hardware.Machine;
import headroom.agent.json.RunJson;
import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueModel;
import headroom.gguf.GgufHeader;
import headroom.gguf.GgufReader;
import headroom.kv.CacheStorage;
import headroom.measure.AgentFacts;
import headroom.measure.BenchmarkRun;
import headroom.measure.ModelFacts;
import headroom.quant.GgufMix;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures. */
@Command(
    name = "bench",
    description = {
      "Measure how fast this machine runs a model, in fresh processes, and keep the raw record.",
      "The run file is written before anything is sent; without --upload nothing is sent."
    })
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  private final Folders folders;

  @Option(
      names = "--model",
      paramLabel = "FILE|SHAPE:FORMAT",
      defaultValue = "smollm2-135m:Q8_0",
      description =
          "GGUF file, or a shape of the catalogue that is synthesised once into the cache folder."
              + " Default: smollm2-135m:Q8_0.")
  private String model;

  @Option(
      names = "--tests",
      paramLabel = "LIST",
      defaultValue = "pp512,tg128",
      description = "Prefill (pp) and decode (tg) tests by tokens. Default: pp512,tg128.")
  private String tests;

  @Option(
      names = "--depth",
      paramLabel = "LIST",
      defaultValue = "0",
      description = "Tokens already in the cache, for every test. Default: 0.")
  private String depth;

  @Mixin private CacheOption cache;
  @Mixin private EngineOptions engine;

  @Option(
      names = "--ceilings",
      description = "Measure every ceiling of this machine first: memory and arithmetic.")
  private boolean ceilings;

  @Option(names = "--profile", description = "Tell where the time of each test goes.")
  private boolean profile;

  @Option(
      names = "--forks",
      paramLabel = "N",
      defaultValue = "2",
      description = "Fresh processes, one after the other. Default: 2.")
  private int forks;

  @Option(
      names = "--limit",
      paramLabel = "SECONDS",
      defaultValue = "50",
      description = "Time after which a process starts no further repetition. Default: 50.")
  private int limit;

  @Option(
      names = "--upload",
      paramLabel = "URL",
      description = "Site that the run file is sent to.")
  private @Nullable String site;

  @Mixin private KeyOption key;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where the run file goes. Default: a new name in the runs folder.")
  private @Nullable Path out;

  @Option(
      names = "--experiment",
      paramLabel = "NAME",
      description =
          "Instead: try a technique of a paper, without it and with it, for speed, memory and"
              + " quality; 'list' shows them. Wants --model FILE.")
  private @Nullable String experiment;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "With --experiment: text to predict. Default: a story.")
  private @Nullable Path text;

  @Option(names = "--json", description = "Print the run as JSON with the computed rates.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  BenchCommand(Folders folders) {
    this.folders = folders;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter messages = spec.commandLine().getErr();
    if (experiment != null) {
      return experiment(experiment, messages);
    }
    if (text != null) {
      throw CommandFailure.badArgument("found --text without --experiment; wanted both or none");
    }
    requireBetween("--forks", forks, 1, 20);
    requireBetween("--limit", limit, 1, 86_400);
    List<String> workloads = TestList.of(tests, depth);
    Optional<URI> address = Optional.ofNullable(site).map(SiteAddress::of);
    var _ = engine.threads();
    CacheStorage storage = cache.storage();

    if (out != null) {
      new PathArgument("--out", out).targetInAnyFolder();
    }
    Path file = modelFile(messages);
    GgufHeader header = GgufReader.read(file);
    ModelFacts facts = FileFacts.of(file, header, storage);
    Machine machine = HardwareProbe.read();
    BenchPlan plan =
        new BenchPlan(
            file.toAbsolutePath().toString(),
            engine.threads(),
            engine.kernels(),
            storage.text(),
            workloads,
            ceilings ? BenchPlan.Ceilings.ALL : BenchPlan.Ceilings.MEMORY,
            Bench.ceilingBytes(machine),
            profile,
            limit,
            SyntheticModels.SEED);
    Bench.Finished finished;
    try (BenchProgress progress = BenchProgress.on(messages, workloads, forks)) {
      finished = new Bench(plan, forks).run(agent(), machine, facts, progress);
    }
    BenchmarkRun run = finished.run();
    Path kept = out == null ? RunFiles.defaultName(folders.runs(), run) : out;
    RunFiles.write(kept, run);
    PrintWriter results = spec.commandLine().getOut();
    results.println(
        json
            ? RunJson.mapper().writeValueAsString(BenchJson.of(run))
            : BenchText.of(
                finished, OptionalLong.of(FileFacts.multiplyAddsPerPromptToken(header))));
    (json ? messages : results).println("run file: " + kept);
    return address.isEmpty() || send(address.get(), kept) ? 0 : CommandFailure.FAILED;
  }

  private int experiment(String slug, PrintWriter messages) throws IOException {
    ExperimentRun run = new ExperimentRun(slug, text, json, spec.commandLine().getOut(), messages);
    if (!run.listed()) {
      run.experiment();
      run.run(modelFile(messages), engine.loadOptions());
    }
    return 0;
  }

  private boolean send(URI address, Path run) throws IOException, InterruptedException {
    return new Sending(
            spec.commandLine(),
            json ? spec.commandLine().getErr() : spec.commandLine().getOut(),
            address,
            key.value(),
            folders)
        .send(run);
  }

  private Path modelFile(PrintWriter messages) throws IOException {
    Path file = Path.of(model);
    int colon = model.indexOf(':');
    if (model.endsWith(PathArgument.GGUF) || colon < 0 || Files.exists(file)) {
      return new PathArgument("--model", file)
          .file("a GGUF file or SHAPE:FORMAT such as smollm2-135m:Q8_0", PathArgument.GGUF);
    }
    GgufMix format = Names.mix(model.substring(colon + 1));
    CatalogueModel shape = new Names(Catalogue.load()).model(model.substring(0, colon));
    return SyntheticModels.cached(
        folders.models(),
        shape,
        format,
        made ->
            messages.println(
                "synthesising %s as %s, once: %s".formatted(shape.id(), format, made)));
  }

  private static AgentFacts agent() {
    // Java and its flags are the measuring process's, which tells them itself.
    return new AgentFacts(
        Version.text(), "headroom", EngineBuild.of(Version.text()), "", List.of());
  }

  private static void requireBetween(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw CommandFailure.badArgument(
          "%s is %d; wanted %d to %d".formatted(option, value, least, most));
    }
  }
}
