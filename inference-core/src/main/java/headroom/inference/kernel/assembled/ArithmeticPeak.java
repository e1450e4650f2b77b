package headroom.inference.kernel.assembled;

import headroom.inference.assembler.ExecutableMemory;
import headroom.inference.assembler.PageSource;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The most multiply-adds that threads of this process do in a second, measured with loops that wait
 * for nothing: the roof over prefill (Williams et al. 2009, "Roofline").
 *
 * @param instructions that did it, for example {@code avx2}
 * @param threads that took part
 * @param bytes multiply-adds of bytes per second
 * @param floats multiply-adds of 32-bit floats per second
 */
public record ArithmeticPeak(String instructions, int threads, double bytes, double floats) {
  /** Rounds of one measurement: about a tenth of a second. */
  private static final long ROUNDS = 30_000_000;

  /** Rounds per call: a tenth of a millisecond, for a call keeps the collector waiting. */
  private static final long ROUNDS_PER_CALL = 30_000;

  /** Of these the best counts. */
  private static final int REPETITIONS = 3;

  /**
   * Measures.
   *
   * @param threads at least 1
   * @throws headroom.inference.assembler.RefusedException where code cannot be executed
   */
  public static ArithmeticPeak measure(Machine machine, PageSource pages, int threads)
      throws InterruptedException {
    return new ArithmeticPeak(
        machine.label(),
        threads,
        perSecond(machine.peakOfBytes(), pages, threads),
        perSecond(machine.peakOfFloats(), pages, threads));
  }

  /** Multiply-adds per second of all threads together. */
  private static double perSecond(Machine.Peak peak, PageSource pages, int threads)
      throws InterruptedException {
    return rounds(peak.code(), pages, threads) * peak.perRound();
  }

  /** Rounds per second of all threads together. */
  private static double rounds(byte[] code, PageSource pages, int threads)
      throws InterruptedException {
    try (ExecutableMemory memory = ExecutableMemory.of(code, pages)) {
      MemorySegment kernel = memory.at(0);
      double best = 0;
      for (int i = 0; i < REPETITIONS; i++) {
        best = Math.max(best, threads * (double) ROUNDS / slowest(kernel, threads) * 1e9);
      }
      return best;
    }
  }

  /** Nanoseconds of the thread that took longest. */
  private static long slowest(MemorySegment kernel, int threads) throws InterruptedException {
    CountDownLatch ready = new CountDownLatch(threads);
    AtomicLong longest = new AtomicLong();
    Thread[] workers = new Thread[threads];
    for (int t = 0; t < threads; t++) {
      workers[t] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    ready.countDown();
                    await(ready);
                    long begin = System.nanoTime();
                    float[] nothing = new float[1];
                    for (long done = 0; done < ROUNDS; done += ROUNDS_PER_CALL) {
                      KernelCalls.call(kernel, 0, 0, nothing, 0, ROUNDS_PER_CALL, 0);
                    }
                    longest.accumulateAndGet(System.nanoTime() - begin, Math::max);
                  });
    }
    for (Thread worker : workers) {
      worker.join();
    }
    return longest.get();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
