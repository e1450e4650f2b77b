package headroom.agent.bench;

import java.util.List;

/**
 * When a test has warmed up: its last three repetitions agree within 2 %, or there were eight, or
 * its share of the time is spent. One warm-up alone misleads (ggml-org/llama.cpp issue 21282: 25231
 * ± 17262 tok/s after one, 42934 ± 240 after four).
 */
final class Warmth {
  static final int AGREEING = 3;
  static final int MOST = 8;
  static final double TOLERANCE = 0.02;

  private Warmth() {}

  /**
   * Judges the repetitions so far.
   *
   * @param nanos time of each, in order
   * @param capNanos time that warming up may take
   */
  static boolean reached(List<Long> nanos, long capNanos) {
    if (nanos.isEmpty()) {
      return false;
    }
    if (nanos.size() >= MOST || nanos.stream().mapToLong(Long::longValue).sum() >= capNanos) {
      return true;
    }
    if (nanos.size() < AGREEING) {
      return false;
    }
    var last = nanos.subList(nanos.size() - AGREEING, nanos.size()).stream();
    var range = last.mapToLong(Long::longValue).summaryStatistics();
    return range.getMax() - range.getMin() <= TOLERANCE * range.getMin();
  }
}
