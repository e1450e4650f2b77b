package headroom.web.results;

import headroom.measure.AgentFacts;
import headroom.measure.BenchmarkRun;
import headroom.measure.Cell;
import headroom.measure.EnvironmentFacts;
import headroom.measure.ModelFacts;
import headroom.measure.RunSettings;
import headroom.measure.Workload;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What the fields of a run document may hold, beyond their types. The bounds keep one upload from
 * costing the site more than a second of computing; they are far above what a bench produces.
 */
final class RunChecks implements RecordReader.Check {
  /** A shorter time is under the resolution of common clocks; a longer one is no repetition. */
  static final long SHORTEST_NANOS = 1_000;

  static final long LONGEST_NANOS = Duration.ofHours(1).toNanos();

  static final int MOST_CELLS = 64;
  static final int MOST_FORKS = 32;
  static final int MOST_SAMPLES = 4_000;
  static final int LONGEST_TEXT = 200;
  static final int LONGEST_FLAG = 1_000;
  static final int LONGEST_LIST = 256;

  /** No machine has a thousandth of this: 2^53, where doubles stop being exact. */
  private static final long LARGEST = 1L << 53;

  /** The field's names (Q4_K_M, q8_0, smollm2-135m); they are safe in a shell command. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private static final Pattern CACHE_FORMAT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@+-]{0,63}");

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** UUIDs are written one way, so that one run has one address (RFC 9562, lower case). */
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  /** Before this project measured anything. */
  private static final Instant EARLIEST = Instant.parse("2024-01-01T00:00:00Z");

  private final InstantSource clock;

  RunChecks(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public void look(Record read, String path, Faults faults) {
    switch (read) {
      case BenchmarkRun run -> run(run, path, faults);
      case AgentFacts agent -> agent(agent, path, faults);
      case EnvironmentFacts environment -> environment(environment, path, faults);
      case EnvironmentFacts.Cpu cpu -> cpu(cpu, path, faults);
      case EnvironmentFacts.MemoryModule module -> module(module, path, faults);
      case EnvironmentFacts.Gpu gpu -> gpu(gpu, path, faults);
      case EnvironmentFacts.Ceiling ceiling -> ceiling(ceiling, path, faults);
      case ModelFacts model -> model(model, path, faults);
      case RunSettings settings -> settings(settings, path, faults);
      case Cell cell -> cell(cell, path, faults);
      case Cell.Fork fork -> fork(fork, path, faults);
      default -> throw new IllegalStateException("no checks for " + read.getClass().getName());
    }
  }

  private void run(BenchmarkRun run, String path, Faults faults) {
    faults.check(
        UUID_TEXT.matcher(run.id()).matches() && !UUID.fromString(run.id()).equals(new UUID(0, 0)),
        path + "/id",
        "found %s; wanted a UUID in lower case".formatted(quoted(run.id())));
    created(run.created(), path + "/created", faults);
    size(run.cells(), 1, MOST_CELLS, path + "/cells", faults);
    Set<String> tests = new HashSet<>();
    int samples = 0;
    for (int c = 0; c < run.cells().size(); c++) {
      Cell cell = run.cells().get(c);
      faults.check(
          tests.add(cell.test()),
          path + "/cells/" + c + "/test",
          "test %s is there twice; wanted one cell for each test".formatted(quoted(cell.test())));
      samples += cell.forks().stream().mapToInt(fork -> fork.sampleNanos().size()).sum();
    }
    faults.check(
        samples <= MOST_SAMPLES,
        path + "/cells",
        "found %d samples in all; wanted at most %d".formatted(samples, MOST_SAMPLES));
  }

  private void created(String created, String path, Faults faults) {
    try {
      Instant instant = Instant.parse(created);
      faults.check(
          !instant.isBefore(EARLIEST) && !instant.isAfter(clock.instant().plus(Duration.ofDays(1))),
          path,
          "found %s; wanted a time between %s and now: set the machine's clock"
              .formatted(instant, EARLIEST));
    } catch (DateTimeParseException notAnInstant) {
      faults.add(
          path,
          "found %s; wanted an ISO-8601 instant such as 2026-03-01T12:00:00Z"
              .formatted(quoted(created)));
    }
  }

  private static void agent(AgentFacts agent, String path, Faults faults) {
    text(agent.version(), path + "/version", faults);
    text(agent.engine(), path + "/engine", faults);
    text(agent.engineBuild(), path + "/engineBuild", faults);
    text(agent.java(), path + "/java", faults);
    texts(agent.jvmFlags(), LONGEST_FLAG, path + "/jvmFlags", faults);
  }

  private static void environment(EnvironmentFacts found, String path, Faults faults) {
    text(found.os(), path + "/os", faults);
    atLeastOne(found.memoryBytes(), path + "/memoryBytes", faults);
    size(found.memoryModules(), 0, LONGEST_LIST, path + "/memoryModules", faults);
    size(found.gpus(), 0, LONGEST_LIST, path + "/gpus", faults);
    text(found.powerSource(), path + "/powerSource", faults);
    text(found.cpuGovernor(), path + "/cpuGovernor", faults);
    found
        .cpuCelsius()
        .ifPresent(
            celsius ->
                faults.check(
                    celsius > -100 && celsius < 200,
                    path + "/cpuCelsius",
                    "found %s; wanted degrees Celsius between -100 and 200".formatted(celsius)));
    size(found.ceilings(), 0, LONGEST_LIST, path + "/ceilings", faults);
  }

  private static void cpu(EnvironmentFacts.Cpu cpu, String path, Faults faults) {
    text(cpu.name(), path + "/name", faults);
    OptionalInt cores = cpu.physicalCores();
    cores.ifPresent(count -> atLeastOne(count, path + "/physicalCores", faults));
    atLeastOne(cpu.logicalCores(), path + "/logicalCores", faults);
    texts(cpu.features(), LONGEST_TEXT, path + "/features", faults);
  }

  private static void module(EnvironmentFacts.MemoryModule module, String path, Faults faults) {
    text(module.type(), path + "/type", faults);
    atLeastOne(module.bytes(), path + "/bytes", faults);
    OptionalDouble rate = module.megatransfersPerSecond();
    rate.ifPresent(value -> aboveZero(value, path + "/megatransfersPerSecond", faults));
  }

  private static void gpu(EnvironmentFacts.Gpu gpu, String path, Faults faults) {
    text(gpu.name(), path + "/name", faults);
    text(gpu.vendor(), path + "/vendor", faults);
    atLeastOne(gpu.memoryBytes(), path + "/memoryBytes", faults);
    text(gpu.driver(), path + "/driver", faults);
    text(gpu.source(), path + "/source", faults);
  }

  private static void ceiling(EnvironmentFacts.Ceiling ceiling, String path, Faults faults) {
    text(ceiling.what(), path + "/what", faults);
    atLeastOne(ceiling.threads(), path + "/threads", faults);
    aboveZero(ceiling.perSecond(), path + "/perSecond", faults);
    faults.check(
        ceiling.unit().equals("B/s") || ceiling.unit().equals("op/s"),
        path + "/unit",
        "found %s; wanted B/s or op/s".formatted(quoted(ceiling.unit())));
  }

  private static void model(ModelFacts model, String path, Faults faults) {
    text(model.name(), path + "/name", faults);
    name(model.architecture(), path + "/architecture", faults);
    model.shape().ifPresent(shape -> name(shape, path + "/shape", faults));
    name(model.format(), path + "/format", faults);
    atLeastOne(model.fileBytes(), path + "/fileBytes", faults);
    atLeastOne(model.parameters(), path + "/parameters", faults);
    faults.check(
        SHA256.matcher(model.headerSha256()).matches(),
        path + "/headerSha256",
        "found %s; wanted 64 lower-case hex digits".formatted(quoted(model.headerSha256())));
    atLeastOne(model.weightBytesPerToken(), path + "/weightBytesPerToken", faults);
    faults.check(
        model.cacheBytesPerToken() >= 0 && model.cacheBytesPerToken() <= LARGEST,
        path + "/cacheBytesPerToken",
        "found %d; wanted 0 or more".formatted(model.cacheBytesPerToken()));
  }

  private static void settings(RunSettings settings, String path, Faults faults) {
    name(settings.runtime(), path + "/runtime", faults);
    text(settings.kernels(), path + "/kernels", faults);
    atLeastOne(settings.threads(), path + "/threads", faults);
    cacheFormat(settings.keyFormat(), path + "/keyFormat", faults);
    cacheFormat(settings.valueFormat(), path + "/valueFormat", faults);
  }

  private static void cell(Cell cell, String path, Faults faults) {
    faults.check(
        Workload.parse(cell.test()).isPresent(),
        path + "/test",
        "found %s; wanted pp512, tg128 or tg128@d4096 and the like".formatted(quoted(cell.test())));
    size(cell.forks(), 1, MOST_FORKS, path + "/forks", faults);
  }

  private static void fork(Cell.Fork fork, String path, Faults faults) {
    size(fork.sampleNanos(), 1, MOST_SAMPLES, path + "/sampleNanos", faults);
    times(fork.sampleNanos(), path + "/sampleNanos", faults);
    size(fork.warmupNanos(), 0, MOST_SAMPLES, path + "/warmupNanos", faults);
    times(fork.warmupNanos(), path + "/warmupNanos", faults);
  }

  private static void times(List<Long> nanos, String path, Faults faults) {
    for (int i = 0; i < nanos.size(); i++) {
      long time = nanos.get(i);
      faults.check(
          time >= SHORTEST_NANOS && time <= LONGEST_NANOS,
          path + "/" + i,
          "found %d ns; wanted a time between 1 microsecond and 1 hour, in nanoseconds"
              .formatted(time));
    }
  }

  private static void text(Optional<String> text, String path, Faults faults) {
    text.ifPresent(present -> text(present, path, faults));
  }

  private static void text(String text, String path, Faults faults) {
    text(text, LONGEST_TEXT, path, faults);
  }

  private static void text(String text, int longest, String path, Faults faults) {
    faults.check(
        !text.isBlank() && text.length() <= longest,
        path,
        "found %d characters%s; wanted 1 to %d that are not all blank"
            .formatted(text.length(), text.isBlank() ? ", all blank" : "", longest));
  }

  private static void texts(List<String> texts, int longest, String path, Faults faults) {
    size(texts, 0, LONGEST_LIST, path, faults);
    for (int i = 0; i < texts.size(); i++) {
      text(texts.get(i), longest, path + "/" + i, faults);
    }
  }

  private static void name(String name, String path, Faults faults) {
    faults.check(
        NAME.matcher(name).matches(),
        path,
        "found %s; wanted 1 to 64 letters, digits, '.', '_' or '-', first a letter or digit"
            .formatted(quoted(name)));
  }

  /**
   * A name as {@link headroom.kv.CacheStorage} writes it: {@code q8_0}, {@code f16@sinks:4+252}.
   */
  private static void cacheFormat(String name, String path, Faults faults) {
    faults.check(
        CACHE_FORMAT.matcher(name).matches(),
        path,
        "found %s; wanted 1 to 64 letters, digits, '.', '_', '-', ':', '@' or '+', first a letter or digit"
            .formatted(quoted(name)));
  }

  private static void size(List<?> list, int least, int most, String path, Faults faults) {
    faults.check(
        list.size() >= least && list.size() <= most,
        path,
        "found %d entries; wanted %d to %d".formatted(list.size(), least, most));
  }

  private static void atLeastOne(OptionalLong value, String path, Faults faults) {
    value.ifPresent(present -> atLeastOne(present, path, faults));
  }

  private static void atLeastOne(long value, String path, Faults faults) {
    faults.check(
        value >= 1 && value <= LARGEST,
        path,
        "found %d; wanted 1 or more (leave an optional field out where it is not known)"
            .formatted(value));
  }

  private static void aboveZero(double value, String path, Faults faults) {
    faults.check(
        value > 0 && value <= 1e18, path, "found %s; wanted a number above 0".formatted(value));
  }

  private static String quoted(String text) {
    return "'" + (text.length() <= 80 ? text : text.substring(0, 80) + "…") + "'";
  }
}
