package headroom.agent.experiment;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How long something took.
 *
 * @param nanos of each repetition, rising
 */
record Timed(long[] nanos) {
  /** Rounds that are not counted, at least: in them memory comes in. */
  private static final int WARM_UP = 2;

  /** Time that is not counted, at least: in it the compiler is at work. */
  private static final long WARM_UP_NANOS = 500_000_000;

  Timed {
    nanos = nanos.clone();
    Arrays.sort(nanos);
  }

  /**
   * One of several ways that are compared.
   *
   * @param before not timed, each time before the work
   */
  record Work(Runnable before, Runnable timed) {
    Work(Runnable timed) {
      this(() -> {}, timed);
    }

    private long nanos() {
      before.run();
      long begin = System.nanoTime();
      timed.run();
      return System.nanoTime() - begin;
    }
  }

  /**
   * Times the ways in turns, every second round backwards, so that a machine that grows slower or
   * is disturbed is so for all of them.
   *
   * @return as many, in their order
   */
  static List<Timed> inTurns(List<Work> ways) {
    long[][] nanos = new long[ways.size()][Setting.REPETITIONS];
    long begin = System.nanoTime();
    for (int round = 0; round < WARM_UP || System.nanoTime() - begin < WARM_UP_NANOS; round++) {
      ways.forEach(Work::nanos);
    }
    for (int round = 0; round < Setting.REPETITIONS; round++) {
      for (int i = 0; i < ways.size(); i++) {
        int way = round % 2 == 0 ? i : ways.size() - 1 - i;
        nanos[way][round] = ways.get(way).nanos();
      }
    }
    return IntStream.range(0, nanos.length).mapToObj(way -> new Timed(nanos[way])).toList();
  }

  private long median() {
    return nanos[nanos.length / 2];
  }

  /** Of {@code count} tokens. */
  Rate perSecond(int count) {
    return new Rate(
        count * 1e9 / median(), count * 1e9 / nanos[nanos.length - 1], count * 1e9 / nanos[0]);
  }

  double millis() {
    return median() / 1e6;
  }
}
