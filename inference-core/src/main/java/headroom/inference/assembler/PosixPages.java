package headroom.inference.assembler;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import headroom.inference.system.CLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * mmap and mprotect: pages are written first and become executable afterwards, never both at once.
 * What may refuse: SELinux ({@code execmem}), a seccomp filter, and macOS on Apple silicon, where
 * such pages want MAP_JIT and the entitlement for it.
 *
 * <p>AArch64 fetches instructions through a cache that does not see what is written as data. Linux
 * cleans and invalidates for a page that becomes executable, so mprotect after the last byte is all
 * that is wanted ({@code __sync_icache_dcache} in <a
 * href="https://github.com/torvalds/linux/blob/v6.12/arch/arm64/mm/flush.c">arch/arm64/mm/flush.c</a>);
 * nothing is written to a page once it is.
 */
final class PosixPages implements PageSource {
  // <sys/mman.h>
  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int PROT_EXEC = 4;
  private static final int MAP_PRIVATE = 2;
  private static final int MAP_ANONYMOUS_LINUX = 0x20;
  private static final int MAP_ANONYMOUS_MAC = 0x1000;
  private static final long MAP_FAILED = -1;
  private static final int MADV_HUGEPAGE_LINUX = 14;

  private final CLibrary library = new CLibrary();
  private final int anonymous;
  private final MethodHandle mmap;
  private final MethodHandle mprotect;
  private final MethodHandle munmap;
  private final Optional<MethodHandle> madvise;

  PosixPages(String system) {
    anonymous = system.startsWith("Mac") ? MAP_ANONYMOUS_MAC : MAP_ANONYMOUS_LINUX;
    mmap =
        library.refusable(
            "mmap",
            FunctionDescriptor.of(
                ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    mprotect =
        library.refusable(
            "mprotect", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    munmap = library.refusable("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    madvise =
        system.startsWith("Linux")
            ? Optional.of(
                library.refusable(
                    "madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT)))
            : Optional.empty();
  }

  @Override
  public MemorySegment writable(long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = CLibrary.state(arena);
      MemorySegment pages =
          (MemorySegment)
              mmap.invokeExact(
                  state,
                  MemorySegment.NULL,
                  bytes,
                  PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | anonymous,
                  -1,
                  0L);
      if (pages.address() == MAP_FAILED) {
        throw new RefusedException("mmap", library.reason(state));
      }
      return pages.reinterpret(bytes);
    } catch (Throwable e) {
      throw CLibrary.unchecked(e);
    }
  }

  @Override
  public void makeExecutable(MemorySegment pages) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = CLibrary.state(arena);
      if ((int) mprotect.invokeExact(state, pages, pages.byteSize(), PROT_READ | PROT_EXEC) != 0) {
        throw new RefusedException("mprotect to read and execute", library.reason(state));
      }
    } catch (Throwable e) {
      throw CLibrary.unchecked(e);
    }
  }

  @Override
  public void release(MemorySegment pages) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = CLibrary.state(arena);
      if ((int) munmap.invokeExact(state, pages, pages.byteSize()) != 0) {
        throw new RefusedException("munmap", library.reason(state));
      }
    } catch (Throwable e) {
      throw CLibrary.unchecked(e);
    }
  }

  @Override
  public void preferLargePages(MemorySegment pages) {
    if (madvise.isPresent()) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = CLibrary.state(arena);
        // Only a wish: a kernel without such pages answers with an error, and nothing is lost.
        int unused =
            (int) madvise.get().invokeExact(state, pages, pages.byteSize(), MADV_HUGEPAGE_LINUX);
      } catch (Throwable e) {
        throw CLibrary.unchecked(e);
      }
    }
  }
}
