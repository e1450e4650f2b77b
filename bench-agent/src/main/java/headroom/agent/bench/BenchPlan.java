package headroom.agent.bench;

import headroom.inference.KernelChoice;
import headroom.kv.CacheStorage;
import java.util.List;
import java.util.OptionalInt;

/**
 * What one measuring process is to do.
 *
 * @param model path of the GGUF file
 * @param threads worker threads; absent for the engine's own choice
 * @param kernels which kernels may serve
 * @param cache storage of cached keys and values, as {@link CacheStorage#parse} reads it
 * @param tests in the notation of {@link headroom.measure.Workload}
 * @param ceilings what this process also measures of the machine
 * @param ceilingBytes working set of that measurement in bytes
 * @param profile true where the time of each operation is told after the tests
 * @param limitSeconds time after which no further repetition starts
 * @param seed of the random token ids
 */
public record BenchPlan(
    String model,
    OptionalInt threads,
    KernelChoice kernels,
    String cache,
    List<String> tests,
    Ceilings ceilings,
    long ceilingBytes,
    boolean profile,
    int limitSeconds,
    long seed) {
  /** Which ceilings of the machine are measured. */
  public enum Ceilings {
    NONE,
    /** Reading memory, with one thread, half of them, and all. */
    MEMORY,
    /** Reading memory with every number of threads, and multiplying. */
    ALL
  }

  public BenchPlan {
    tests = List.copyOf(tests);
  }

  /** How the cache keeps its tokens. */
  CacheStorage storage() {
    return CacheStorage.parse(cache)
        .orElseThrow(() -> new IllegalArgumentException("no storage of a cache: " + cache));
  }

  BenchPlan withoutCeilings() {
    return new BenchPlan(
        model,
        threads,
        kernels,
        cache,
        tests,
        Ceilings.NONE,
        ceilingBytes,
        profile,
        limitSeconds,
        seed);
  }
}
