package headroom.agent.experiment;

import java.util.Arrays;

/**
 * How long something took, each time that it was done.
 *
 * @param nanos in the order of the repetitions
 */
record Timed(long... nanos) {
  /** Does it once to warm up, then {@link Setting#REPETITIONS} times. */
  static Timed repeated(Runnable work) {
    return repeated(() -> {}, work);
  }

  /**
   * @param before not timed, each time before the work
   */
  static Timed repeated(Runnable before, Runnable work) {
    long[] times = new long[Setting.REPETITIONS];
    once(before, work);
    for (int i = 0; i < times.length; i++) {
      times[i] = once(before, work);
    }
    return new Timed(times);
  }

  /** Nanoseconds of the work alone. */
  static long once(Runnable before, Runnable work) {
    before.run();
    long begin = System.nanoTime();
    work.run();
    return System.nanoTime() - begin;
  }

  Rate perSecond(int count) {
    return Rate.of(count, nanos);
  }

  /** Median in milliseconds. */
  double millis() {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2] / 1e6;
  }
}
