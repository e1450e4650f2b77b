package headroom.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headroom.inference.topology.Affinity;
import headroom.inference.topology.Placement;
import headroom.inference.topology.Topology;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void everyPartOfEveryTaskRunsOnce(int count) {
    try (Threads threads = new Threads(count)) {
      for (int round = 0; round < 2_000; round++) {
        AtomicIntegerArray runs = new AtomicIntegerArray(round % 37);
        threads.run((part, parts, lane) -> runs.incrementAndGet(part), runs.length());
        for (int i = 0; i < runs.length(); i++) {
          assertThat(runs.get(i)).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void whoIsDoneTakesOnTheOthersParts() {
    try (Threads threads = new Threads(2)) {
      AtomicLong others = new AtomicLong();
      threads.run(
          (part, parts, lane) -> {
            if (part == 0) {
              long deadline = System.nanoTime() + 10_000_000_000L; // a hang must fail, not stay
              while (others.get() < parts - 1 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
              }
              assertThat(others.get()).isEqualTo(parts - 1);
            } else {
              others.incrementAndGet();
            }
          },
          9);
    }
  }

  @Test
  void workersThatHaveParkedWakeUp() throws InterruptedException {
    try (Threads threads = new Threads(3)) {
      AtomicLong sum = new AtomicLong();
      for (int round = 0; round < 3; round++) {
        Thread.sleep(20); // four hundred times the spin
        threads.run((part, parts, lane) -> sum.addAndGet(part), 100);
      }
      assertThat(sum.get()).isEqualTo(3 * 4950);
    }
  }

  @Test
  void aFailingPartFailsTheTaskAndTheNextTaskRuns() {
    try (Threads threads = new Threads(2)) {
      assertThatThrownBy(
              () ->
                  threads.run(
                      (part, parts, lane) -> {
                        if (part == 7) {
                          throw new IllegalStateException("part 7");
                        }
                      },
                      20))
          .hasMessage("part 7");
      AtomicLong sum = new AtomicLong();
      threads.run((part, parts, lane) -> sum.addAndGet(part), 10);
      assertThat(sum.get()).isEqualTo(45);
    }
  }

  @Test
  void callersTakeTurns() throws InterruptedException {
    try (Threads threads = new Threads(2)) {
      AtomicLong sum = new AtomicLong();
      Runnable caller =
          () -> {
            for (int i = 0; i < 500; i++) {
              threads.run((part, parts, lane) -> sum.addAndGet(part), 10);
            }
          };
      Thread first = Thread.ofPlatform().start(caller);
      Thread second = Thread.ofPlatform().start(caller);
      first.join();
      second.join();
      assertThat(sum.get()).isEqualTo(2 * 500 * 45);
    }
  }

  /** Two processors of this machine as if each were a node of memory. */
  private static Placement apart(int threads) {
    List<Integer> processors = Affinity.ofSystem().map(Affinity::allowed).orElse(List.of());
    assumeTrue(processors.size() > 1, "one processor, or a system that does not say which");
    return Placement.of(
        new Topology(
            List.of(
                new Topology.Node(0, processors.subList(0, 1), 1),
                new Topology.Node(1, processors.subList(1, 2), 1))),
        threads);
  }

  @Test
  void workersStayNearTheirNodeAndTheCallerIsLeftFree() {
    Placement placement = apart(4);
    Affinity affinity = Affinity.ofSystem().orElseThrow();
    List<Integer> before = affinity.allowed();
    Map<Thread, List<Integer>> allowed = new ConcurrentHashMap<>();
    try (Threads threads = new Threads(placement)) {
      for (int i = 0; i < 200; i++) {
        threads.place(
            (part, parts, lane) -> allowed.put(Thread.currentThread(), affinity.allowed()), 64);
      }
      assertThat(allowed.remove(Thread.currentThread())).isEqualTo(before.subList(0, 1));
      assertThat(allowed).hasSize(3);
      allowed.forEach(
          (thread, processors) ->
              assertThat(processors)
                  .isEqualTo(
                      placement
                          .homes()
                          .get(Integer.parseInt(thread.getName().replaceAll("\\D", "")))
                          .processors()));
      assertThat(threads.remark()).isEqualTo("2 nodes of memory, 2 threads each, kept there.");
    }
    assertThat(affinity.allowed()).isEqualTo(before);
  }

  @Test
  void theCallerWorksOnItsNode() {
    Placement placement = apart(2);
    Affinity affinity = Affinity.ofSystem().orElseThrow();
    List<Integer> before = affinity.allowed();
    try (Threads threads = new Threads(placement)) {
      affinity.bind(before.subList(1, 2));
      affinity.bind(before); // free again, and on the second
      AtomicIntegerArray ranOn = new AtomicIntegerArray(2);
      Thread caller = Thread.currentThread();
      threads.place(
          (part, parts, lane) ->
              ranOn.set(Thread.currentThread() == caller ? 0 : 1, affinity.processor()),
          2);
      assertThat(ranOn.get(0)).isEqualTo(before.get(0));
      assertThat(ranOn.get(1)).isEqualTo(before.get(1));
    } finally {
      affinity.bind(before);
    }
  }

  @Test
  void whatIsPlacedIsDoneByTheNodeWhoseStretchItIs() {
    Placement placement = apart(4);
    Affinity affinity = Affinity.ofSystem().orElseThrow();
    try (Threads threads = new Threads(placement)) {
      for (int round = 0; round < 200; round++) {
        AtomicIntegerArray ranOn = new AtomicIntegerArray(40);
        threads.place((part, parts, lane) -> ranOn.set(part, affinity.processor()), 40);
        for (int part = 0; part < 40; part++) {
          assertThat(ranOn.get(part))
              .isEqualTo(placement.homes().get(part / 10).processors().getFirst());
        }
      }
    }
  }

  @Test
  void whereProcessorsAreNotThereThreadsWorkAndSayWhyTheyAreNotKept() {
    assumeTrue(Affinity.ofSystem().isPresent(), "not Linux");
    Topology absent =
        new Topology(
            List.of(
                new Topology.Node(0, List.of(8190), 1), new Topology.Node(1, List.of(8191), 1)));
    try (Threads threads = new Threads(Placement.of(absent, 2))) {
      AtomicLong sum = new AtomicLong();
      threads.run((part, parts, lane) -> sum.addAndGet(part), 100);
      assertThat(sum.get()).isEqualTo(4950);
      assertThat(threads.remark())
          .isEqualTo(
              "2 nodes of memory, 1 thread each, but not kept there: sched_setaffinity was"
                  + " refused (Invalid argument).");
    }
  }

  @Test
  void oneNodeIsNotWorthASentence() {
    Topology one = new Topology(List.of(new Topology.Node(0, List.of(0, 1), 2)));
    try (Threads threads = new Threads(Placement.of(one, 2))) {
      assertThat(threads.count()).isEqualTo(2);
      assertThat(threads.spread()).isFalse();
      assertThat(threads.remark()).isEmpty();
    }
  }

  @Test
  void noThreadsAreRefused() {
    assertThatThrownBy(() -> Threads.ofSystem(0)).hasMessage("threads are 0; wanted at least 1");
  }

  @Test
  void aClosedPoolSaysSo() {
    Threads threads = new Threads(2);
    threads.close();
    assertThatThrownBy(() -> threads.run((part, parts, lane) -> {}, 5))
        .hasMessageContaining("closed");
  }
}
