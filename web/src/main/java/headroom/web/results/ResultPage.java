package headroom.web.results;

import headroom.catalogue.Catalogue;
import headroom.measure.BenchmarkRun;
import headroom.measure.EnvironmentFacts;
import headroom.units.Bandwidth;
import headroom.units.Bytes;
import headroom.web.support.Fact;
import headroom.web.support.Link;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One run.
 *
 * @param agent as its owner called it
 * @param reason why the run is quarantined, where it is
 * @param predictions what the calculator says of the same tests, where it can say it
 * @param catalogueModel page of the model whose shape it is
 * @param document address of the document as it was sent
 * @param command that repeats the run
 */
record ResultPage(
    String id,
    String title,
    String agent,
    String measured,
    String received,
    Optional<String> reason,
    List<CellView> cells,
    List<Prediction> predictions,
    Optional<Link> catalogueModel,
    List<Fact> machine,
    List<Fact> model,
    List<Fact> program,
    List<Fact> ceilings,
    String document,
    String command,
    boolean synthetic,
    String headerSha256,
    String modelKey,
    String format) {
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  static ResultPage of(
      StoredRun stored, BenchmarkRun run, String agent, Catalogue catalogue, String siteUrl) {
    return new ResultPage(
        run.id(),
        "%s %s on %s"
            .formatted(
                run.model().shape().orElse(run.model().name()),
                run.model().format(),
                run.environment().cpu().name()),
        agent,
        MINUTE.format(Instant.parse(run.created())),
        MINUTE.format(stored.receivedAt()),
        stored.reason(),
        run.cells().stream().map(cell -> CellView.of(run, cell)).toList(),
        Prediction.of(run, catalogue),
        run.model()
            .shape()
            .flatMap(catalogue::model)
            .map(model -> new Link("/models/" + model.id(), model.name())),
        machine(run.environment()),
        model(run),
        program(run),
        run.environment().ceilings().stream().map(ResultPage::ceiling).toList(),
        "/api/v1/runs/" + run.id(),
        BenchCommand.repeating(run, siteUrl),
        run.model().synthetic(),
        run.model().headerSha256(),
        run.model().shape().orElse(run.model().headerSha256()),
        run.model().format());
  }

  private static List<Fact> machine(EnvironmentFacts found) {
    EnvironmentFacts.Cpu cpu = found.cpu();
    return List.of(
        Fact.of("Processor", cpu.name()),
        Fact.of(
            "Cores",
            cpu.physicalCores().isPresent()
                ? "%d, %d threads usable"
                    .formatted(cpu.physicalCores().getAsInt(), cpu.logicalCores())
                : "%d threads usable".formatted(cpu.logicalCores())),
        Fact.of("Instruction sets", joined(cpu.features())),
        Fact.of(
            "Memory",
            found.memoryBytes().isPresent()
                ? Optional.of(Bytes.of(found.memoryBytes().getAsLong()))
                : Optional.empty()),
        Fact.of(
            "Memory modules",
            joined(found.memoryModules().stream().map(ResultPage::module).toList())),
        Fact.of("Graphics", joined(found.gpus().stream().map(ResultPage::gpu).toList())),
        Fact.of("System", found.os()),
        Fact.of("Power", found.powerSource()),
        Fact.of("Frequency governor", found.cpuGovernor()),
        Fact.of(
            "Temperature at the start",
            found.cpuCelsius().stream()
                .mapToObj(celsius -> String.format(Locale.ROOT, "%.0f °C", celsius))
                .findFirst()));
  }

  private static List<Fact> model(BenchmarkRun run) {
    var model = run.model();
    return List.of(
        Fact.of("Name in the header", model.name()),
        Fact.of("Shape", model.shape()),
        Fact.of("Architecture", model.architecture()),
        Fact.of("Weight format", model.format()),
        Fact.of("Parameters", String.format(Locale.ROOT, "%,d", model.parameters())),
        Fact.of("File", Bytes.of(model.fileBytes())),
        Fact.of("Weights read per token", Bytes.of(model.weightBytesPerToken())),
        Fact.of("Cache per token of context", Bytes.of(model.cacheBytesPerToken())),
        Fact.of(
            "Weights",
            model.synthetic()
                ? "synthesised; speed does not depend on their values"
                : "from a file"));
  }

  private static List<Fact> program(BenchmarkRun run) {
    var agent = run.agent();
    var settings = run.settings();
    return List.of(
        Fact.of("Engine", agent.engine() + " " + agent.engineBuild()),
        Fact.of("Runtime", settings.runtime()),
        Fact.of("Kernels", settings.kernels()),
        Fact.of("Threads", settings.threads()),
        Fact.of(
            "Cache format, keys and values", settings.keyFormat() + ", " + settings.valueFormat()),
        Fact.of("Agent", agent.version()),
        Fact.of("Java", agent.java()),
        Fact.of("Java options", joined(agent.jvmFlags())));
  }

  private static Fact ceiling(EnvironmentFacts.Ceiling ceiling) {
    String label =
        "%s, %d %s"
            .formatted(
                ceiling.what().replace('-', ' '),
                ceiling.threads(),
                ceiling.threads() == 1 ? "thread" : "threads");
    return Fact.of(
        label,
        ceiling.unit().equals("B/s")
            ? new Bandwidth(ceiling.perSecond()).toString()
            : String.format(Locale.ROOT, "%.3g %s", ceiling.perSecond(), ceiling.unit()));
  }

  private static String module(EnvironmentFacts.MemoryModule module) {
    return Stream.of(
            module.bytes().stream().mapToObj(bytes -> Bytes.of(bytes).toString()).findFirst(),
            module.type(),
            module.megatransfersPerSecond().stream()
                .mapToObj(rate -> String.format(Locale.ROOT, "%.0f MT/s", rate))
                .findFirst())
        .flatMap(Optional::stream)
        .collect(Collectors.joining(" "));
  }

  private static String gpu(EnvironmentFacts.Gpu gpu) {
    return gpu.name()
        + gpu.memoryBytes().stream()
            .mapToObj(bytes -> ", " + Bytes.of(bytes))
            .collect(Collectors.joining());
  }

  private static Optional<String> joined(List<String> values) {
    return values.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", values));
  }
}
