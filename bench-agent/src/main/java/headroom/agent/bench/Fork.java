package headroom.agent.bench;

import headroom.gguf.GgufFormatException;
import headroom.inference.LanguageModel;
import headroom.inference.LoadOptions;
import headroom.inference.ModelFormatException;
import headroom.inference.kernel.processor.Processors;
import headroom.measure.Workload;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The measuring process: reads a plan from its standard input, loads the model, warms up, measures,
 * and tells everything on standard output. A fresh process each time, because what the compiler and
 * the memory layout happened to be is part of the noise (Kalibera and Jones 2013).
 */
public final class Fork {
  /** Repetitions and time that a test must have, both. */
  static final int MIN_SAMPLES = 5;

  static final long MIN_SAMPLE_NANOS = 3_000_000_000L;

  /** Of the time limit, the share that warming up all tests may take. */
  private static final double WARMUP_SHARE = 0.25;

  private final BenchPlan plan;
  private final Consumer<ForkMessage> tell;
  private final long begin = System.nanoTime();

  private Fork(BenchPlan plan, Consumer<ForkMessage> tell) {
    this.plan = plan;
    this.tell = tell;
  }

  /** Runs the plan on standard input; ends when that closes, for then nobody listens. */
  public static void main(String[] arguments) throws IOException {
    PrintStream messages = System.out;
    System.setOut(System.err);
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    BenchPlan plan = ForkMessage.LINES.readValue(input.readLine(), BenchPlan.class);
    Thread.ofPlatform().daemon().start(() -> endWith(input));
    Consumer<ForkMessage> tell =
        message -> {
          messages.println(message.toLine());
          messages.flush();
        };
    try {
      new Fork(plan, tell).run();
    } catch (ModelFormatException | GgufFormatException | IllegalArgumentException e) {
      tell.accept(new ForkMessage.Failed(String.valueOf(e.getMessage())));
      System.exit(1);
    } catch (OutOfMemoryError e) {
      tell.accept(new ForkMessage.Failed("out of memory: " + e.getMessage()));
      System.exit(1);
    } catch (InterruptedException e) {
      System.exit(1);
    }
    System.exit(0);
  }

  private static void endWith(BufferedReader parent) {
    try {
      while (parent.readLine() != null) {
        // Nothing more is expected; only the end matters.
      }
    } catch (IOException e) {
      // The same end.
    }
    Runtime.getRuntime().halt(1);
  }

  private void run() throws InterruptedException {
    LoadOptions options =
        new LoadOptions(plan.threads().orElseGet(LoadOptions::defaultThreads), plan.kernels());
    try (LanguageModel model = LanguageModel.load(Path.of(plan.model()), options)) {
      tell.accept(
          new ForkMessage.Loaded(
              model.kernels(),
              model.kernelReason(),
              model.threads(),
              "%s %s (%s)"
                  .formatted(
                      System.getProperty("java.vm.name"),
                      System.getProperty("java.vm.version"),
                      System.getProperty("java.vm.vendor")),
              ManagementFactory.getRuntimeMXBean().getInputArguments()));
      ceilings(model.threads());
      measure(model);
    }
  }

  private void ceilings(int threads) throws InterruptedException {
    if (plan.ceilings() == BenchPlan.Ceilings.NONE) {
      return;
    }
    boolean all = plan.ceilings() == BenchPlan.Ceilings.ALL;
    // Half of the threads too: hardware threads of one core can get in each other's way.
    TreeSet<Integer> counts = new TreeSet<>(List.of(1, Math.max(1, threads / 2), threads));
    for (int count = 1; all && count <= threads; count++) {
      counts.add(count);
    }
    for (int count : counts) {
      double bytesPerSecond = ReadBandwidth.measure(count, plan.ceilingBytes());
      tell.accept(new ForkMessage.Ceiling("read-bandwidth", count, bytesPerSecond, "B/s"));
    }
    for (int count : all ? List.of(1, threads) : List.<Integer>of()) {
      Processors.peak(count)
          .ifPresent(
              peak -> {
                tell.accept(
                    new ForkMessage.Ceiling("int8-multiply-add", count, peak.bytes(), "op/s"));
                tell.accept(
                    new ForkMessage.Ceiling("f32-multiply-add", count, peak.floats(), "op/s"));
              });
    }
  }

  private void measure(LanguageModel model) {
    Map<String, Workload> workloads = new LinkedHashMap<>();
    plan.tests().forEach(test -> workloads.put(test, Workload.parse(test).orElseThrow()));
    try (Repetition repetition = new Repetition(model, plan, List.copyOf(workloads.values()))) {
      long cap = (long) (plan.limitSeconds() * 1e9 * WARMUP_SHARE / workloads.size());
      workloads.forEach(
          (test, workload) -> {
            List<Long> warmup = new ArrayList<>();
            while (!Warmth.reached(warmup, cap)) {
              warmup.add(repetition.time(workload));
              tell.accept(new ForkMessage.Warmup(test, warmup.getLast()));
            }
          });
      boolean complete = sample(workloads, repetition);
      if (plan.profile()) {
        workloads.forEach(
            (test, workload) ->
                tell.accept(new ForkMessage.Profile(test, repetition.profile(workload))));
      }
      tell.accept(new ForkMessage.Done(complete));
    }
  }

  /** Takes turns, so that a machine that slows down slows every test; true where all had enough. */
  private boolean sample(Map<String, Workload> workloads, Repetition repetition) {
    Map<String, List<Long>> samples = new LinkedHashMap<>();
    workloads.keySet().forEach(test -> samples.put(test, new ArrayList<>()));
    boolean wanting = true;
    while (wanting) {
      wanting = false;
      for (Map.Entry<String, List<Long>> taken : samples.entrySet()) {
        List<Long> nanos = taken.getValue();
        if (enough(nanos)) {
          continue;
        }
        if (!nanos.isEmpty() && System.nanoTime() - begin > plan.limitSeconds() * 1e9) {
          return false;
        }
        nanos.add(repetition.time(java.util.Objects.requireNonNull(workloads.get(taken.getKey()))));
        tell.accept(new ForkMessage.Sample(taken.getKey(), nanos.getLast()));
        wanting |= !enough(nanos);
      }
    }
    return true;
  }

  private static boolean enough(List<Long> nanos) {
    return nanos.size() >= MIN_SAMPLES
        && nanos.stream().mapToLong(Long::longValue).sum() >= MIN_SAMPLE_NANOS;
  }
}
