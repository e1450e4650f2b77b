package headroom.inference.topology;

import static java.lang.foreign.ValueLayout.ADDRESS;
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
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * On which node memory lies that the calling thread touches first, by <a
 * href="https://man7.org/linux/man-pages/man2/set_mempolicy.2.html">set_mempolicy(2)</a>, for which
 * the C library of Linux has no function of its own. It is only a wish: a container may refuse it,
 * as Docker does without CAP_SYS_NICE.
 */
public final class MemoryPolicy {
  /** <linux/mempolicy.h>; the default is the node of the thread that touches. */
  static final int DEFAULT = 0;

  static final int INTERLEAVE = 3;

  /** Bits of a mask of nodes, the most that Linux is built for, and one that it does not read. */
  private static final int NODES = 1024;

  private static final long MAXNODE = NODES + 1;

  /** Numbers of calls by {@code os.arch}. */
  private record Numbers(long set, long get) {}

  /**
   * <a
   * href="https://github.com/torvalds/linux/blob/v6.12/arch/x86/entry/syscalls/syscall_64.tbl">x86-64</a>,
   * <a
   * href="https://github.com/torvalds/linux/blob/v6.12/include/uapi/asm-generic/unistd.h">AArch64</a>.
   */
  private static final Map<String, Numbers> NUMBERS =
      Map.of("amd64", new Numbers(238, 239), "aarch64", new Numbers(237, 236));

  private final Numbers numbers;
  private final MethodHandle syscall;

  private MemoryPolicy(Numbers numbers) {
    this.numbers = numbers;
    syscall =
        new CLibrary()
            .function(
                "syscall",
                FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
  }

  /** That of the system; empty where it is not known, or native functions may not be called. */
  public static Optional<MemoryPolicy> ofSystem() {
    Numbers numbers = NUMBERS.get(System.getProperty("os.arch", ""));
    if (numbers == null || !System.getProperty("os.name", "").startsWith("Linux")) {
      return Optional.empty();
    }
    try {
      return Optional.of(new MemoryPolicy(numbers));
    } catch (IllegalCallerException | NoSuchElementException e) {
      return Optional.empty();
    }
  }

  /**
   * Spreads what the calling thread touches first in the meantime over these nodes, a page on each
   * in turn; as ever where that is refused or the process was given another policy.
   */
  public <T> T interleaved(Collection<Integer> nodes, Supplier<T> allocation) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(NODES / Byte.SIZE, Long.BYTES);
      BitSet wanted = new BitSet();
      nodes.forEach(wanted::set);
      mask.copyFrom(MemorySegment.ofArray(wanted.toByteArray()));
      OptionalInt before = mode();
      boolean spread =
          before.isPresent()
              && before.getAsInt() == DEFAULT
              && call(numbers.set, INTERLEAVE, mask, MAXNODE, 0, 0) == 0;
      try {
        return allocation.get();
      } finally {
        if (spread) {
          call(numbers.set, DEFAULT, MemorySegment.NULL, 0, 0, 0);
        }
      }
    }
  }

  /** The calling thread's policy; empty where the system does not tell it. */
  OptionalInt mode() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mode = arena.allocate(JAVA_INT);
      MemorySegment nodes = arena.allocate(NODES / Byte.SIZE, Long.BYTES);
      return call(numbers.get, mode.address(), nodes, MAXNODE, 0, 0) == 0
          ? OptionalInt.of(mode.get(JAVA_INT, 0))
          : OptionalInt.empty();
    }
  }

  private long call(long number, long first, MemorySegment mask, long maxNode, long d, long e) {
    try {
      return (long) syscall.invokeExact(number, first, mask, maxNode, d, e);
    } catch (Throwable thrown) {
      throw CLibrary.unchecked(thrown);
    }
  }
}
