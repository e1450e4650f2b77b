package headroom.agent.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The fastest that threads of this process read memory: every byte of a working set far larger than
 * any cache, from two places in turn, each thread its own stretch. Decoding cannot read weights
 * faster than this, so it is the ceiling that decode speed is held against (Williams et al. 2009,
 * "Roofline").
 */
final class ReadBandwidth {
  /** Repetitions of which the best counts: the ceiling is what was possible, not what was usual. */
  static final int REPETITIONS = 5;

  /** Bytes read between two steps of the outer loop; keeps the inner loop's index an int. */
  private static final int CHUNK = 1 << 20;

  private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
  private static final int STEP = SPECIES.vectorByteSize();

  private ReadBandwidth() {}

  /**
   * Reads the working set with this many threads.
   *
   * @param threads at least 1
   * @param bytes of the working set over all threads
   * @return bytes per second, best of the repetitions
   */
  static double measure(int threads, long bytes) throws InterruptedException {
    long each = Math.max(CHUNK, bytes / threads / CHUNK * CHUNK);
    CyclicBarrier barrier = new CyclicBarrier(threads + 1);
    long[] sums = new long[threads];
    long[][] clock = new long[threads][2];
    double best = 0;
    List<Thread> readers = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int slot = t;
      readers.add(
          Thread.ofPlatform()
              .daemon()
              .start(() -> sums[slot] = read(each, slot, clock[slot], barrier)));
    }
    await(barrier); // Every page is written, so that reading finds memory behind it.
    for (int r = 0; r < REPETITIONS + 1; r++) {
      await(barrier);
      await(barrier);
      double seconds = span(clock) / 1e9;
      // The first repetition compiles the loop.
      best = r == 0 ? 0 : Math.max(best, threads * (double) each / seconds);
    }
    for (Thread reader : readers) {
      reader.join();
    }
    for (int t = 0; t < threads; t++) {
      // Wrong only where a read was optimised away: the sum of a stretch is known.
      long expected = (long) (t + 1) * (each / Long.BYTES) * (REPETITIONS + 1);
      if (sums[t] != expected) {
        throw new IllegalStateException(
            "read test summed %d; wanted %d".formatted(sums[t], expected));
      }
    }
    return best;
  }

  /**
   * Nanoseconds from the first reader's start to the last one's end. Readers look at the clock
   * themselves: with as many of them as cores, this thread may wake when they are half done.
   */
  private static long span(long[][] clock) {
    long begin = Long.MAX_VALUE;
    long end = Long.MIN_VALUE;
    for (long[] reader : clock) {
      begin = Math.min(begin, reader[0]);
      end = Math.max(end, reader[1]);
    }
    return end - begin;
  }

  /**
   * Allocates in the reading thread, so that the memory lies near it.
   *
   * @param clock start and end of the repetition, in nanoseconds; the barrier publishes them
   */
  private static long read(long bytes, int slot, long[] clock, CyclicBarrier barrier) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stretch = arena.allocate(bytes, 64);
      for (long at = 0; at < bytes; at += Long.BYTES) {
        stretch.set(ValueLayout.JAVA_LONG, at, slot + 1L);
      }
      await(barrier);
      long sum = 0;
      for (int r = 0; r < REPETITIONS + 1; r++) {
        await(barrier);
        clock[0] = System.nanoTime();
        for (long at = 0; at < bytes; at += CHUNK) {
          sum += chunk(stretch, at);
        }
        clock[1] = System.nanoTime();
        await(barrier);
      }
      return sum;
    } catch (OutOfMemoryError e) {
      barrier.reset(); // Or the others would wait for this one for ever.
      return 0;
    }
  }

  /**
   * Both halves of a chunk in turn, for processors follow two places in memory faster than one: a
   * Zen 3 with one thread reads 30 GB/s then and 23 in order. Four independent sums, so that
   * additions never hold up loads.
   */
  private static long chunk(MemorySegment stretch, long from) {
    LongVector a = LongVector.zero(SPECIES);
    LongVector b = LongVector.zero(SPECIES);
    LongVector c = LongVector.zero(SPECIES);
    LongVector d = LongVector.zero(SPECIES);
    ByteOrder order = ByteOrder.nativeOrder();
    int half = CHUNK / 2;
    for (int i = 0; i < half; i += 2 * STEP) {
      long first = from + i;
      long second = first + half;
      a = a.add(LongVector.fromMemorySegment(SPECIES, stretch, first, order));
      b = b.add(LongVector.fromMemorySegment(SPECIES, stretch, first + STEP, order));
      c = c.add(LongVector.fromMemorySegment(SPECIES, stretch, second, order));
      d = d.add(LongVector.fromMemorySegment(SPECIES, stretch, second + STEP, order));
    }
    return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalArgumentException(
          "the memory for the read test was refused; free some and try again", e);
    }
  }
}
