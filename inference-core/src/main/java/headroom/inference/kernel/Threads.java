package headroom.inference.kernel;

import headroom.inference.topology.Placement;
import headroom.inference.topology.Topology;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A few threads that share one task at a time. Each has a stretch of parts of its own and claims
 * them one by one, in order, so that it reads memory in order; who is done claims from the others'
 * stretches, so a thread that the system holds up does not hold up its parts.
 *
 * <p>Where memory has several nodes each thread stays near one ({@link Home}) and takes on its
 * neighbours' parts first, so that what a thread multiplies may lie near it: {@link #place}.
 *
 * <p>Workers spin between tasks, for a token of a small model asks for a hundred of them, and park
 * when nothing comes; measured costs of the alternatives: spinning 0.3-0.4 µs per meeting, a
 * fork-join pool 35-73 µs, a cyclic barrier 33-91 µs (two threads, JDK 25).
 */
public final class Threads implements AutoCloseable {
  /** Work in parts, of which each thread has a stretch that is its own. */
  public interface Stretches {
    /** The first part of a thread's stretch, and for {@code stretches} the number of all parts. */
    int start(int stretch, int stretches, int parts);

    /** Does a part of a stretch, whoever has it; no two threads get the same part or lane. */
    void run(int stretch, int part, int parts, Lane lane);
  }

  /** Work that is divided into parts, as many for each thread. */
  @FunctionalInterface
  public interface Task extends Stretches {
    /** Does part {@code part} of {@code parts}; no two threads get the same part or lane. */
    void run(int part, int parts, Lane lane);

    @Override
    default int start(int stretch, int stretches, int parts) {
      return share(stretch, stretches, parts);
    }

    @Override
    default void run(int stretch, int part, int parts, Lane lane) {
      run(part, parts, lane);
    }
  }

  /** Twice the longest wait between two tasks of a token, seen on two cores. */
  private static final long SPIN_NANOS = 50_000;

  private static final int SPINS_PER_CLOCK_READ = 64;

  /** Ints from one stretch's counter to the next: two lines of a cache, which come in pairs. */
  private static final int COUNTER_STRIDE = 32;

  private final ReentrantLock turn = new ReentrantLock();
  private final Worker[] workers;
  private final Home[] homes;
  private final Lane ownLane = new Lane();
  private final AtomicIntegerArray nextParts;
  private final AtomicInteger busy = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private @Nullable Stretches task;
  private int parts;
  private boolean stay;
  private volatile int generation;
  private volatile boolean closed;

  /**
   * Threads that run where the system puts them.
   *
   * @param count threads that work on a task, the caller's included; at least 1
   */
  public Threads(int count) {
    this(Home.anywhere(count));
  }

  /** Threads that stay near their nodes of memory, where those are several. */
  public Threads(Placement placement) {
    this(Home.of(placement));
  }

  private Threads(Home[] homes) {
    this.homes = homes;
    int count = homes.length;
    workers = new Worker[count - 1];
    nextParts = new AtomicIntegerArray(count * COUNTER_STRIDE);
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
      workers[i].thread.start();
    }
  }

  /** Threads over all the nodes of memory that this process may use. */
  public static Threads ofSystem(int count) {
    if (count < 1) {
      return new Threads(count);
    }
    return Topology.ofSystem()
        .map(topology -> new Threads(Placement.of(topology, count)))
        .orElseGet(() -> new Threads(count));
  }

  /** {@code stretch / stretches} of the parts. */
  public static int share(int stretch, int stretches, int parts) {
    return (int) ((long) stretch * parts / stretches);
  }

  /** Threads that work on a task, the caller's included. */
  public int count() {
    return homes.length;
  }

  /** True where threads stay near one of several nodes of memory. */
  public boolean spread() {
    return homes[0].oneOfSeveral();
  }

  /** Where the threads are, in a sentence; empty where they are anywhere. */
  public String remark() {
    return Home.remark(homes);
  }

  /**
   * Runs every part of the task and returns when all are done; the caller works too. Callers take
   * turns.
   */
  public void run(Task newTask, int newParts) {
    run(newTask, newParts, false);
  }

  /** As {@link #run(Task, int)}, of work that says what each thread's own parts are. */
  public void run(Stretches newTask, int newParts) {
    run(newTask, newParts, false);
  }

  /**
   * As {@link #run(Task, int)}, but no part leaves its node: for memory that is touched for the
   * first time, which is when Linux chooses the node where it lies.
   */
  public void place(Task newTask, int newParts) {
    run(newTask, newParts, true);
  }

  /**
   * Spreads memory that the calling thread allocates and clears over the nodes that have threads:
   * for what each of them reads a part of that is never the same.
   */
  public <T> T interleaved(Supplier<T> allocation) {
    return homes[0].interleaved(allocation);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only the caller whose turn it is writes
  private void run(Stretches newTask, int newParts, boolean staying) {
    turn.lock();
    try {
      if (workers.length == 0 || newParts < 2) {
        runAlone(newTask, newParts);
        return;
      }
      if (closed) {
        throw new IllegalStateException("the model is closed; load it again");
      }
      task = newTask;
      parts = newParts;
      stay = staying;
      for (int stretch = 0; stretch < count(); stretch++) {
        nextParts.setPlain(stretch * COUNTER_STRIDE, newTask.start(stretch, count(), newParts));
      }
      busy.set(workers.length);
      generation++; // publishes the fields above
      for (Worker worker : workers) {
        if (worker.parked) {
          LockSupport.unpark(worker.thread);
        }
      }
      if (staying) {
        homes[0].during(() -> work(homes[0], newTask, newParts, true, ownLane));
      } else {
        homes[0].visit();
        work(homes[0], newTask, newParts, false, ownLane);
      }
      awaitWorkers();
      task = null;
      rethrow(failure.getAndSet(null));
    } finally {
      turn.unlock();
    }
  }

  private void runAlone(Stretches task, int parts) {
    int part = 0;
    for (int stretch = 0; stretch < count(); stretch++) {
      for (int end = task.start(stretch + 1, count(), parts); part < end; part++) {
        task.run(stretch, part, parts, ownLane);
      }
    }
  }

  private void work(Home home, Stretches task, int parts, boolean staying, Lane lane) {
    try {
      int stretches = staying ? home.neighbours() : count();
      for (int i = 0; i < stretches; i++) {
        int stretch = home.stretch(i);
        int at = stretch * COUNTER_STRIDE;
        int end = task.start(stretch + 1, count(), parts);
        while (nextParts.get(at) < end) {
          int part = nextParts.getAndIncrement(at);
          if (part < end) {
            task.run(stretch, part, parts, lane);
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
    private final Home home;
    private final Thread thread;
    private final Lane lane = new Lane();
    private volatile boolean parked;

    /**
     * @param number of its stretch; the caller has the first
     */
    Worker(int number) {
      home = homes[number];
      thread = Thread.ofPlatform().daemon().name("headroom-" + number).unstarted(this);
    }

    @Override
    public void run() {
      home.settle();
      int seen = 0;
      while (true) {
        awaitChange(seen);
        if (closed) {
          return;
        }
        seen = generation;
        Stretches current = task;
        if (current != null) {
          work(home, current, parts, stay, lane);
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
