package headroom.inference.topology;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import headroom.inference.system.CLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Where the calling thread may run, by the C library of Linux (<a
 * href="https://man7.org/linux/man-pages/man2/sched_setaffinity.2.html">sched_setaffinity(2)</a>,
 * <a href="https://man7.org/linux/man-pages/man3/sched_getcpu.3.html">sched_getcpu(3)</a>). Threads
 * that are not carried by one of the system's own must not ask.
 */
public final class Affinity {
  /** 8192 processors, the most that Linux is built for ({@code NR_CPUS} in arch/x86/Kconfig). */
  private static final int MASK_BYTES = 1024;

  private static final int CALLING_THREAD = 0;

  private final CLibrary library = new CLibrary();
  private final MethodHandle set;
  private final MethodHandle get;
  private final MethodHandle processor;

  private Affinity() {
    FunctionDescriptor ofMask = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
    set = library.refusable("sched_setaffinity", ofMask);
    get = library.refusable("sched_getaffinity", ofMask);
    processor =
        library.function(
            "sched_getcpu", FunctionDescriptor.of(JAVA_INT), Linker.Option.critical(false));
  }

  /** That of the system; empty where it is not Linux, or native functions may not be called. */
  public static Optional<Affinity> ofSystem() {
    if (!System.getProperty("os.name", "").startsWith("Linux")) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Affinity());
    } catch (IllegalCallerException | NoSuchElementException e) {
      return Optional.empty();
    }
  }

  /** Confines the calling thread to these processors; says why where the system refuses. */
  public Optional<String> bind(Collection<Integer> processors) {
    try (Arena arena = Arena.ofConfined()) {
      return set(arena, mask(processors));
    }
  }

  /** The processors that the calling thread may run on, ascending; none where it is not told. */
  public List<Integer> allowed() {
    try (Arena arena = Arena.ofConfined()) {
      return allowed(arena).stream().boxed().toList();
    }
  }

  /** The processor that the calling thread runs on now; negative where it is not told. */
  public int processor() {
    try {
      return (int) processor.invokeExact();
    } catch (Throwable e) {
      throw CLibrary.unchecked(e);
    }
  }

  /**
   * Moves the calling thread to one of these processors, if it may run there, and leaves it as free
   * as it was: Linux moves a thread at once that must leave, and none that may stay.
   */
  public void visit(Collection<Integer> processors) {
    during(() -> {}, processors);
  }

  /** Confines the calling thread to these processors, as far as it may run there, for a task. */
  public void during(Runnable task, Collection<Integer> processors) {
    try (Arena arena = Arena.ofConfined()) {
      BitSet before = allowed(arena);
      BitSet there = mask(processors);
      there.and(before);
      boolean confined = !there.isEmpty() && set(arena, there).isEmpty();
      try {
        task.run();
      } finally {
        if (confined) {
          set(arena, before);
        }
      }
    }
  }

  private static BitSet mask(Collection<Integer> processors) {
    BitSet mask = new BitSet();
    processors.forEach(mask::set);
    return mask;
  }

  private Optional<String> set(Arena arena, BitSet processors) {
    MemorySegment state = CLibrary.state(arena);
    MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
    mask.copyFrom(MemorySegment.ofArray(processors.toByteArray()));
    try {
      int found = (int) set.invokeExact(state, CALLING_THREAD, mask.byteSize(), mask);
      return found == 0 ? Optional.empty() : Optional.of(library.reason(state));
    } catch (Throwable e) {
      throw CLibrary.unchecked(e);
    }
  }

  private BitSet allowed(Arena arena) {
    MemorySegment state = CLibrary.state(arena);
    MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
    try {
      int found = (int) get.invokeExact(state, CALLING_THREAD, mask.byteSize(), mask);
      return found < 0 ? new BitSet() : BitSet.valueOf(mask.toArray(JAVA_BYTE));
    } catch (Throwable e) {
      throw CLibrary.unchecked(e);
    }
  }
}
