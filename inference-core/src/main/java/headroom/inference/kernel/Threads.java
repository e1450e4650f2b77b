package headroom.inference.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A few threads that share one task at a time. Each has a stretch of parts of its own and claims
 * them one by one, in order, so that it reads memory in order; who is done claims from the others'
 * stretches, so a thread that the system holds up does not hold up its parts.
 *
 * <p>Workers spin between tasks, for a token of a small model asks for a hundred of them, and park
 * when nothing comes; measured costs of the alternatives: spinning 0.3-0.4 µs per meeting, a
 * fork-join pool 35-73 µs, a cyclic barrier 33-91 µs (two threads, JDK 25).
 */
public final class Threads implements AutoCloseable {
  /** Work that is divided into parts. */
  public interface Task {
    /** Does part {@code part} of {@code parts}; no two threads get the same part or lane. */
    void run(int part, int parts, Lane lane);
  }

  /** Twice the longest wait between two tasks of a token, seen on two cores. */
  private static final long SPIN_NANOS = 50_000;

  private static final int SPINS_PER_CLOCK_READ = 64;

  /** Ints from one stretch's counter to the next: two lines of a cache, which come in pairs. */
  private static final int COUNTER_STRIDE = 32;

  private final ReentrantLock turn = new ReentrantLock();
  private final Worker[] workers;
  private final Lane ownLane = new Lane();
  private final AtomicIntegerArray nextParts;
  private final AtomicInteger busy = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private @Nullable Task task;
  private int parts;
  private volatile int generation;
  private volatile boolean closed;

  /**
   * @param count threads that work on a task, the caller's included; at least 1
   */
  public Threads(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("threads are " + count + "; wanted at least 1");
    }
    workers = new Worker[count - 1];
    nextParts = new AtomicIntegerArray(count * COUNTER_STRIDE);
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
      workers[i].thread.start();
    }
  }

  /** Threads that work on a task, the caller's included. */
  public int count() {
    return workers.length + 1;
  }

  /**
   * Runs every part of the task and returns when all are done; the caller works too. Callers take
   * turns.
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // only the caller whose turn it is writes
  public void run(Task newTask, int newParts) {
    turn.lock();
    try {
      if (workers.length == 0 || newParts < 2) {
        for (int part = 0; part < newParts; part++) {
          newTask.run(part, newParts, ownLane);
        }
        return;
      }
      if (closed) {
        throw new IllegalStateException("the model is closed; load it again");
      }
      task = newTask;
      parts = newParts;
      for (int stretch = 0; stretch < count(); stretch++) {
        nextParts.setPlain(stretch * COUNTER_STRIDE, firstPart(stretch, newParts));
      }
      busy.set(workers.length);
      generation++; // publishes the fields above
      for (Worker worker : workers) {
        if (worker.parked) {
          LockSupport.unpark(worker.thread);
        }
      }
      work(0, newTask, newParts, ownLane);
      awaitWorkers();
      task = null;
      rethrow(failure.getAndSet(null));
    } finally {
      turn.unlock();
    }
  }

  /** The first part of a stretch, and behind the last stretch the number of all. */
  private int firstPart(int stretch, int parts) {
    return (int) ((long) stretch * parts / count());
  }

  private void work(int self, Task task, int parts, Lane lane) {
    try {
      for (int i = 0; i < count(); i++) {
        int stretch = (self + i) % count();
        int at = stretch * COUNTER_STRIDE;
        int end = firstPart(stretch + 1, parts);
        while (nextParts.get(at) < end) {
          int part = nextParts.getAndIncrement(at);
          if (part < end) {
            task.run(part, parts, lane);
          }
        }
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // yielding is a courtesy here, not a means of order
  private void awaitWorkers() {
    long deadline = System.nanoTime() + SPIN_NANOS;
    while (busy.get() > 0) {
      for (int i = 0; i < SPINS_PER_CLOCK_READ && busy.get() > 0; i++) {
        Thread.onSpinWait();
      }
      if (System.nanoTime() > deadline) {
        Thread.yield(); // more threads than cores: let the one that holds us up run
      }
    }
  }

  private static void rethrow(@Nullable Throwable e) {
    switch (e) {
      case null -> {}
      case RuntimeException unchecked -> throw unchecked;
      case Error error -> throw error;
      default -> throw new IllegalStateException(e);
    }
  }

  /** Ends the workers; later tasks of more than one part are refused. */
  @Override
  public void close() {
    turn.lock();
    try {
      closed = true;
      for (Worker worker : workers) {
        LockSupport.unpark(worker.thread);
      }
    } finally {
      turn.unlock();
    }
  }

  private final class Worker implements Runnable {
    private final int number;
    private final Thread thread;
    private final Lane lane = new Lane();
    private volatile boolean parked;

    /**
     * @param number of its stretch; the caller has the first
     */
    Worker(int number) {
      this.number = number;
      thread = Thread.ofPlatform().daemon().name("headroom-" + number).unstarted(this);
    }

    @Override
    public void run() {
      int seen = 0;
      while (true) {
        awaitChange(seen);
        if (closed) {
          return;
        }
        seen = generation;
        Task current = task;
        if (current != null) {
          work(number, current, parts, lane);
        }
        busy.decrementAndGet();
      }
    }

    private void awaitChange(int seen) {
      long deadline = System.nanoTime() + SPIN_NANOS;
      while (generation == seen && !closed) {
        for (int i = 0; i < SPINS_PER_CLOCK_READ && generation == seen; i++) {
          Thread.onSpinWait();
        }
        if (System.nanoTime() > deadline) {
          parked = true;
          if (generation == seen && !closed) {
            LockSupport.park(Threads.this);
          }
          parked = false;
        }
      }
    }
  }
}
