package headroom.agent.bench;

import headroom.agent.hardware.Machine;
import headroom.measure.AgentFacts;
import headroom.measure.BenchmarkRun;
import headroom.measure.EnvironmentFacts;
import headroom.measure.ModelFacts;
import headroom.measure.RunSettings;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;

/** Measures a model in several fresh processes, one after the other, and keeps the raw record. */
public final class Bench {
  private static final long MIB = 1L << 20;

  private final BenchPlan plan;
  private final int forks;

  /**
   * @param plan of each process; only the first measures ceilings
   * @param forks processes, at least 1
   */
  public Bench(BenchPlan plan, int forks) {
    this.plan = plan;
    this.forks = forks;
  }

  /**
   * A finished measurement.
   *
   * @param run the document
   * @param kernelReason why these kernels served, one sentence
   * @param complete false where the time limit left fewer repetitions than wanted
   * @param profiles nanoseconds of each operation by test, where they were asked for
   */
  public record Finished(
      BenchmarkRun run,
      String kernelReason,
      boolean complete,
      Map<String, Map<String, Long>> profiles) {
    public Finished(BenchmarkRun run, String kernelReason, boolean complete) {
      this(run, kernelReason, complete, Map.of());
    }
  }

  /**
   * Measures.
   *
   * @param progress hears every message with the number of its process, from 1
   * @throws ForkFailedException where a process fails
   */
  public Finished run(
      AgentFacts agent,
      Machine machine,
      ModelFacts model,
      BiConsumer<Integer, ForkMessage> progress)
      throws IOException, InterruptedException {
    Instant created = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Measurements taken = new Measurements(plan.tests());
    ForkProcess process = new ForkProcess(Fork.class, List.of("-Xmx" + heapMiB(machine) + "m"));
    for (int fork = 1; fork <= forks; fork++) {
      int number = fork;
      taken.nextFork();
      process.run(
          fork == 1 ? plan : plan.withoutCeilings(),
          message -> {
            taken.add(message);
            progress.accept(number, message);
          });
    }
    ForkMessage.Loaded loaded = taken.loaded();
    BenchmarkRun run =
        new BenchmarkRun(
            BenchmarkRun.VERSION,
            UUID.randomUUID().toString(),
            created.toString(),
            new AgentFacts(
                agent.version(),
                agent.engine(),
                agent.engineBuild(),
                loaded.java(),
                loaded.jvmFlags()),
            withCeilings(machine.environment(), taken.ceilings()),
            model,
            new RunSettings(
                "embedded",
                loaded.kernels(),
                loaded.threads(),
                plan.storage().keyName(),
                plan.storage().valueName()),
            taken.cells());
    return new Finished(run, loaded.kernelReason(), taken.complete(), taken.profiles());
  }

  /** A quarter of the memory, 512 MiB to 8 GiB: weights are mapped and take none of it. */
  static long heapMiB(Machine machine) {
    return Math.clamp(machine.usableMemoryBytes().orElse(4096 * MIB) / 4 / MIB, 512, 8192);
  }

  /** 1 GiB where the machine can spare it, else a quarter of its memory. */
  public static long ceilingBytes(Machine machine) {
    return Math.clamp(machine.usableMemoryBytes().orElse(4096 * MIB) / 4, 64 * MIB, 1024 * MIB);
  }

  private static EnvironmentFacts withCeilings(
      EnvironmentFacts facts, List<EnvironmentFacts.Ceiling> ceilings) {
    return new EnvironmentFacts(
        facts.os(),
        facts.cpu(),
        facts.memoryBytes(),
        facts.memoryModules(),
        facts.gpus(),
        facts.powerSource(),
        facts.cpuGovernor(),
        facts.cpuCelsius(),
        ceilings);
  }
}
