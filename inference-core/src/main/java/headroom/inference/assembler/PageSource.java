package headroom.inference.assembler;

import java.lang.foreign.MemorySegment;

/** Where memory for machine code comes from: the operating system, or a test that refuses. */
public interface PageSource {
  /**
   * Memory that may be written.
   *
   * @throws RefusedException where the system does not give it
   */
  MemorySegment writable(long bytes);

  /**
   * Makes it executable and no longer writable.
   *
   * @throws RefusedException where the system does not allow it
   */
  void makeExecutable(MemorySegment pages);

  /** Asks for pages of megabytes rather than kilobytes, where the system has a way to ask. */
  default void preferLargePages(MemorySegment pages) {}

  /** Gives it back. */
  void release(MemorySegment pages);

  /** That of the system this runs on. */
  static PageSource ofSystem() {
    String system = System.getProperty("os.name", "");
    return system.startsWith("Windows") ? new WindowsPages() : new PosixPages(system);
  }
}
