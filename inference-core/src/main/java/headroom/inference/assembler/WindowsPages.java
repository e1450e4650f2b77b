package headroom.inference.assembler;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import headroom.inference.system.CLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/** VirtualAlloc and VirtualProtect of kernel32; written from its documentation, not yet run. */
final class WindowsPages implements PageSource {
  // <memoryapi.h>
  private static final int MEM_COMMIT_AND_RESERVE = 0x1000 | 0x2000;
  private static final int MEM_RELEASE = 0x8000;
  private static final int PAGE_READWRITE = 0x04;
  private static final int PAGE_EXECUTE_READ = 0x20;

  private final MethodHandle virtualAlloc;
  private final MethodHandle virtualProtect;
  private final MethodHandle virtualFree;

  WindowsPages() {
    SymbolLookup kernel = SymbolLookup.libraryLookup("kernel32", Arena.global());
    Linker linker = Linker.nativeLinker();
    virtualAlloc =
        linker.downcallHandle(
            kernel.findOrThrow("VirtualAlloc"),
            FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT));
    virtualProtect =
        linker.downcallHandle(
            kernel.findOrThrow("VirtualProtect"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS));
    virtualFree =
        linker.downcallHandle(
            kernel.findOrThrow("VirtualFree"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  }

  @Override
  public MemorySegment writable(long bytes) {
    try {
      MemorySegment pages =
          (MemorySegment)
              virtualAlloc.invokeExact(
                  MemorySegment.NULL, bytes, MEM_COMMIT_AND_RESERVE, PAGE_READWRITE);
      if (pages.address() == 0) {
        throw new RefusedException("VirtualAlloc", "no pages");
      }
      return pages.reinterpret(bytes);
    } catch (Throwable e) {
      throw CLibrary.unchecked(e);
    }
  }

  @Override
  public void makeExecutable(MemorySegment pages) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment before = arena.allocate(JAVA_INT);
      if ((int) virtualProtect.invokeExact(pages, pages.byteSize(), PAGE_EXECUTE_READ, before)
          == 0) {
        throw new RefusedException("VirtualProtect to read and execute", "access denied");
      }
    } catch (Throwable e) {
      throw CLibrary.unchecked(e);
    }
  }

  @Override
  public void release(MemorySegment pages) {
    try {
      if ((int) virtualFree.invokeExact(pages, 0L, MEM_RELEASE) == 0) {
        throw new RefusedException("VirtualFree", "access denied");
      }
    } catch (Throwable e) {
      throw CLibrary.unchecked(e);
    }
  }
}
