package headroom.inference.assembler;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** One function in memory that the processor may execute. */
public final class ExecutableMemory implements AutoCloseable {
  private static final long PAGE = 4096;

  private final PageSource source;
  private final MemorySegment pages;
  private final Arena life = Arena.ofShared();

  private ExecutableMemory(PageSource source, MemorySegment pages) {
    this.source = source;
    this.pages = pages.reinterpret(life, null);
  }

  /**
   * Copies the code and makes it executable.
   *
   * @throws RefusedException where the system does not allow it
   */
  public static ExecutableMemory of(byte[] code, PageSource source) {
    MemorySegment pages = source.writable(Math.ceilDiv(code.length, PAGE) * PAGE);
    MemorySegment.copy(MemorySegment.ofArray(code), 0, pages, 0, code.length);
    try {
      source.makeExecutable(pages);
    } catch (RefusedException e) {
      source.release(pages);
      throw e;
    }
    return new ExecutableMemory(source, pages);
  }

  /**
   * Where the code at this offset starts. Its calls are not counted, for threads that count on one
   * counter wait for each other, a tenth of a microsecond at each call: callers ask {@link
   * #isOpen}.
   */
  public MemorySegment at(long offset) {
    return MemorySegment.ofAddress(pages.asSlice(offset).address());
  }

  /** False once this is closed: what lay here may no longer be called. */
  public boolean isOpen() {
    return life.scope().isAlive();
  }

  /** Unmaps the code; nothing may be executing it. */
  @Override
  public void close() {
    life.close();
    source.release(pages.reinterpret(Arena.global(), null));
  }
}
