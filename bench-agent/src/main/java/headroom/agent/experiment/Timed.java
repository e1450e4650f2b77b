package headroom.agent.experiment;

import java.util.Arrays;

/**
 * How long something took.
 *
 * @param nanos median
 */
record Timed(long nanos) {
  /** Does it once to warm up, then {@link Setting#REPETITIONS} times. */
  static Timed median(Runnable work) {
    return median(() -> {}, work);
  }

  /**
   * @param before not timed, each time before the work
   */
  static Timed median(Runnable before, Runnable work) {
    long[] times = new long[Setting.REPETITIONS];
    for (int i = -1; i < times.length; i++) {
      before.run();
      long begin = System.nanoTime();
      work.run();
      long elapsed = System.nanoTime() - begin;
      if (i >= 0) {
        times[i] = elapsed;
      }
    }
    Arrays.sort(times);
    return new Timed(times[times.length / 2]);
  }

  double perSecond(int count) {
    return count * 1e9 / nanos;
  }

  double millis() {
    return nanos / 1e6;
  }
}
