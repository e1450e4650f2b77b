package headroom.inference.system;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** Functions of the C library, and why one of them refused ({@code errno}, strerror(3)). */
public final class CLibrary {
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

  private final Linker linker = Linker.nativeLinker();
  private final MethodHandle strerror =
      function("strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT));

  /**
   * A function that is called as it is.
   *
   * @throws java.util.NoSuchElementException where the library does not have it
   * @throws IllegalCallerException where native functions may not be called
   */
  public MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
  }

  /**
   * A function that says why it refused: it takes a {@link #state} before its own arguments.
   *
   * @throws java.util.NoSuchElementException where the library does not have it
   * @throws IllegalCallerException where native functions may not be called
   */
  public MethodHandle refusable(String name, FunctionDescriptor type) {
    return function(name, type, Linker.Option.captureCallState("errno"));
  }

  /** Where a call leaves why it refused. */
  public static MemorySegment state(Arena arena) {
    return arena.allocate(STATE);
  }

  /** Why the call refused that was given this state, for people. */
  public String reason(MemorySegment state) {
    try {
      MemorySegment text = (MemorySegment) strerror.invokeExact((int) ERRNO.get(state, 0L));
      return text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /** What a handle of a native function threw: its own refusals, for functions throw nothing. */
  public static RuntimeException unchecked(Throwable thrown) {
    return switch (thrown) {
      case RuntimeException unchecked -> unchecked;
      case Error error -> throw error;
      default -> new IllegalStateException(thrown);
    };
  }
}
