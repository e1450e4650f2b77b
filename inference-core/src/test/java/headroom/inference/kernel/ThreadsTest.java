package headroom.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

  @Test
  void aClosedPoolSaysSo() {
    Threads threads = new Threads(2);
    threads.close();
    assertThatThrownBy(() -> threads.run((part, parts, lane) -> {}, 5))
        .hasMessageContaining("closed");
  }
}
