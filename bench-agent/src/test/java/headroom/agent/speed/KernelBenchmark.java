package headroom.agent.speed;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.inference.KernelChoice;
import headroom.inference.assembler.PageSource;
import headroom.inference.codec.Codecs;
import headroom.inference.kernel.AttentionShape;
import headroom.inference.kernel.Kernels;
import headroom.inference.kernel.Lane;
import headroom.inference.kernel.Linear;
import headroom.inference.kernel.assembled.AssembledKernels;
import headroom.inference.kernel.processor.Processors;
import headroom.inference.kernel.reference.ReferenceKernels;
import headroom.inference.kernel.vector.VectorKernels;
import headroom.inference.kvcache.KvCache;
import headroom.inference.tensor.Tensor;
import headroom.kv.KvCacheSpec;
import headroom.quant.QuantFormat;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Products and attention by format, number of tokens and kernels, on one thread: bytes of weights
 * per nanosecond (GB/s) and multiply-adds per nanosecond (GMAC/s). Each is held against the scalar
 * reference before it is timed. Not part of the tests, as all of it takes a quarter of an hour:
 * {@code mvn -pl bench-agent -am test -Dtest=KernelBenchmark
 * -Dsurefire.failIfNoSpecifiedTests=false}, with {@code -Dkernel.formats=Q8_0,Q4_K
 * -Dkernel.tokens=1,64} for some of them, and {@code -Dkernel.readme=../inference-core/README.md}
 * to put the tables there.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 1,
    jvmArgs = {
      "-Xmx2g",
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED"
    })
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class KernelBenchmark {
  private static final int COLUMNS = 4096;

  /** More of any format than the 32 MiB of a large third-level cache. */
  private static final int ROWS = 16384;

  private static final List<String> SETS = List.of("ASSEMBLED", "VECTOR");

  private static final Random RANDOM = new Random(1);

  @Test
  void measure() throws RunnerException, IOException {
    String chosen = System.getProperty("kernel.kernels");
    List<String> sets = chosen == null ? SETS : List.of(chosen.split(","));
    List<RunResult> results = new ArrayList<>(run(sets, ""));
    if (chosen == null) {
      results.addAll(run(List.of("REFERENCE"), "1"));
    }
    assertThat(results).isNotEmpty();
    KernelTable table = new KernelTable(results);
    String readme = System.getProperty("kernel.readme");
    if (readme == null) {
      System.out.println(table.markdown());
    } else {
      table.writeInto(Path.of(readme));
    }
  }

  /**
   * Runs the benchmarks.
   *
   * @param tokens where not empty, so many, and products alone: the reference takes its time
   */
  private static Collection<RunResult> run(List<String> sets, String tokens)
      throws RunnerException {
    String name = KernelBenchmark.class.getSimpleName();
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(name + (tokens.isEmpty() ? "\\." : "\\.product"))
            .param("kernels", sets.toArray(String[]::new));
    for (String param : List.of("formats", "tokens", "caches", "queries")) {
      String chosen = System.getProperty("kernel." + param);
      if (chosen != null && (tokens.isEmpty() || !param.equals("tokens"))) {
        options = options.param(param, chosen.split(","));
      }
    }
    if (!tokens.isEmpty()) {
      options = options.param("tokens", tokens);
    }
    return new Runner(options.build()).run();
  }

  /** What a kernel got through, as rates. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Moved {
    /** Bytes of weights or of cache. */
    public long bytes;

    /** Products that were added up. */
    public long multiplyAdds;

    @Setup(Level.Iteration)
    public void clear() {
      bytes = 0;
      multiplyAdds = 0;
    }
  }

  private static Kernels kernels(KernelChoice choice) {
    PageSource pages = PageSource.ofSystem();
    return switch (choice) {
      case ASSEMBLED, AUTO ->
          AssembledKernels.checked(Processors.best(pages), pages, new VectorKernels());
      case VECTOR -> new VectorKernels();
      case REFERENCE -> new ReferenceKernels();
    };
  }

  private static float[] gaussian(int count) {
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) RANDOM.nextGaussian();
    }
    return x;
  }

  /** A difference that no rounding explains is a wrong kernel: nothing is timed then. */
  private static void requireAlike(float[] found, float[] wanted, double share) {
    double squares = 0;
    double error = 0;
    for (int i = 0; i < wanted.length; i++) {
      squares += wanted[i] * (double) wanted[i];
      error += Math.pow(found[i] - (double) wanted[i], 2);
    }
    if (!(Math.sqrt(error) <= share * Math.sqrt(squares))) {
      throw new IllegalStateException(
          "the kernel is off by %.3g of what the reference computes; wanted at most %.3g"
              .formatted(Math.sqrt(error / squares), share));
    }
  }

  /** A matrix and activations. */
  @State(Scope.Benchmark)
  public static class Matrix {
    @Param({
      "F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K",
      "Q6_K", "IQ4_NL", "IQ4_XS", "MXFP4"
    })
    public String formats;

    @Param({"1", "5", "64"})
    public int tokens;

    @Param({"ASSEMBLED", "VECTOR"})
    public String kernels;

    private final Arena arena = Arena.ofShared();
    private final Lane lane = new Lane();
    private Kernels set;
    private Linear linear;
    private long bytes;
    private float[] x;
    private float[] out;

    @Setup
    public void make() {
      QuantFormat format = QuantFormat.valueOf(formats);
      long rowBytes = format.bytesFor(COLUMNS).value();
      bytes = ROWS * rowBytes;
      MemorySegment data = arena.allocate(bytes, 64);
      int distinct = 64;
      for (int r = 0; r < distinct; r++) {
        Codecs.require(format, "the benchmark")
            .encodeRow(gaussian(COLUMNS), 0, COLUMNS, data, r * rowBytes);
      }
      for (long at = distinct * rowBytes; at < bytes; at += distinct * rowBytes) {
        MemorySegment.copy(data, 0, data, at, distinct * rowBytes);
      }
      Tensor weight = new Tensor("benchmark", format, List.of((long) COLUMNS, (long) ROWS), data);
      set = kernels(KernelChoice.valueOf(kernels));
      linear = set.bind(weight);
      x = gaussian(tokens * COLUMNS);
      out = new float[tokens * ROWS];
      check(weight, distinct);
    }

    private void check(Tensor weight, int rows) {
      float[] wanted = new float[tokens * ROWS];
      new ReferenceKernels().bind(weight).multiply(x, tokens, wanted, 0, rows, lane);
      linear.multiply(x, tokens, out, 0, rows, lane);
      for (int t = 0; t < tokens; t++) {
        // Activations that are rounded to bytes are off by 0.4 % of the largest of 32.
        requireAlike(
            Arrays.copyOfRange(out, t * ROWS, t * ROWS + rows),
            Arrays.copyOfRange(wanted, t * ROWS, t * ROWS + rows),
            0.02);
      }
    }

    @TearDown
    public void free() {
      set.close();
      arena.close();
    }
  }

  @Benchmark
  public float[] product(Matrix m, Moved moved) {
    m.linear.multiply(m.x, m.tokens, m.out, 0, ROWS, m.lane);
    moved.bytes += m.bytes;
    moved.multiplyAdds += (long) ROWS * COLUMNS * m.tokens;
    return m.out;
  }

  /** A cache and queries: one layer of Llama-3.2-1B's shape. */
  @State(Scope.Benchmark)
  public static class Attended {
    private static final int CELLS = 4096;
    private static final AttentionShape SHAPE =
        new AttentionShape(32, 8, 64, 64, 0.125f, Float.POSITIVE_INFINITY, Integer.MAX_VALUE);

    @Param({"F16", "Q8_0"})
    public String caches;

    @Param({"1", "16"})
    public int queries;

    @Param({"ASSEMBLED", "VECTOR"})
    public String kernels;

    private final Lane lane = new Lane();
    private Kernels set;
    private KvCache cache;
    private float[] query;
    private float[] out;

    @Setup
    public void make() {
      QuantFormat format = QuantFormat.valueOf(caches);
      cache = new KvCache(new KvCacheSpec(format, format, CELLS, 1), List.of(SHAPE.cache()));
      for (int cell = 0; cell < CELLS; cell++) {
        cache.keys(0).write(cell, gaussian(8 * 64), 0);
        cache.values(0).write(cell, gaussian(8 * 64), 0);
      }
      set = kernels(KernelChoice.valueOf(kernels));
      query = gaussian(queries * 32 * 64);
      out = new float[query.length];
      float[] wanted = new float[query.length];
      attend(new ReferenceKernels(), wanted);
      attend(set, out);
      requireAlike(out, wanted, 1e-5);
    }

    private void attend(Kernels with, float[] into) {
      for (int head = 0; head < 8; head++) {
        with.attend(
            SHAPE,
            head,
            query,
            0,
            queries,
            CELLS - queries,
            cache.keys(0),
            cache.values(0),
            into,
            lane);
      }
    }

    @TearDown
    public void free() {
      set.close();
      cache.close();
    }
  }

  @Benchmark
  public float[] attention(Attended a, Moved moved) {
    a.attend(a.set, a.out);
    moved.bytes += a.cache.bytes();
    moved.multiplyAdds += 2L * Attended.CELLS * 32 * 64 * a.queries;
    return a.out;
  }
}
