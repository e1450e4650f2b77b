package headroom.measure;

import java.util.List;

/**
 * One test, measured in one or more processes.
 *
 * @param test in the notation of {@link Workload}
 * @param forks one entry for each process that measured it
 */
public record Cell(String test, List<Fork> forks) {
  public Cell {
    forks = List.copyOf(forks);
  }

  /**
   * What one process measured.
   *
   * @param warmupNanos time of each warm-up repetition of the whole test, in nanoseconds
   * @param sampleNanos time of each counted repetition of the whole test, in nanoseconds
   */
  public record Fork(List<Long> warmupNanos, List<Long> sampleNanos) {
    public Fork {
      warmupNanos = List.copyOf(warmupNanos);
      sampleNanos = List.copyOf(sampleNanos);
    }
  }
}
