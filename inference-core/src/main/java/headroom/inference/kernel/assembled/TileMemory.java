package headroom.inference.kernel.assembled;

import headroom.inference.assembler.PageSource;
import headroom.inference.assembler.RefusedException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Memory for tiles: no more than the system can spare, and given back at once. */
final class TileMemory implements AutoCloseable {
  private static final Path MEMINFO = Path.of("/proc/meminfo");

  /** Of what is free, the share that stays so: caches, activations, and other processes. */
  private static final double LEFT_FREE = 0.2;

  private final PageSource source;
  private final OptionalLong limit;
  private final Arena life = Arena.ofShared();
  private final List<MemorySegment> pages = new ArrayList<>();
  private long taken;
  private long refused;

  /**
   * @param limit bytes that may be taken; absent where that is not known, which means no limit
   */
  TileMemory(PageSource source, OptionalLong limit) {
    this.source = source;
    this.limit = limit;
  }

  /**
   * As much as the system says it has available, less a share; without limit where it is silent.
   */
  static TileMemory ofSystem(PageSource source) {
    try {
      OptionalLong free =
          Files.isReadable(MEMINFO) ? available(Files.readAllLines(MEMINFO)) : OptionalLong.empty();
      return new TileMemory(
          source,
          free.isPresent()
              ? OptionalLong.of((long) (free.getAsLong() * (1 - LEFT_FREE)))
              : OptionalLong.empty());
    } catch (IOException e) {
      return new TileMemory(source, OptionalLong.empty());
    }
  }

  /** Bytes of the line MemAvailable of Linux's /proc/meminfo; absent where there is none. */
  static OptionalLong available(List<String> meminfo) {
    return meminfo.stream()
        .filter(line -> line.matches("MemAvailable:\\s+\\d+ kB"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst();
  }

  /** Zeros that live until this is closed; empty where they are more than can be spared. */
  synchronized Optional<MemorySegment> take(long bytes) {
    Optional<MemorySegment> fresh = takeSpare(bytes);
    if (fresh.isEmpty()) {
      refused += bytes;
    }
    return fresh;
  }

  /** As {@link #take}, for what is not missed: it does not count as refused. */
  synchronized Optional<MemorySegment> takeSpare(long bytes) {
    if (limit.isPresent() && taken + bytes > limit.getAsLong()) {
      return Optional.empty();
    }
    MemorySegment fresh;
    try {
      fresh = source.writable(bytes);
    } catch (RefusedException e) {
      return Optional.empty();
    }
    source.preferLargePages(fresh);
    pages.add(fresh);
    taken += bytes;
    return Optional.of(fresh.reinterpret(life, null));
  }

  /** Bytes given out. */
  synchronized long taken() {
    return taken;
  }

  /** Bytes asked for and not given. */
  synchronized long refused() {
    return refused;
  }

  @Override
  public synchronized void close() {
    life.close();
    pages.forEach(source::release);
    pages.clear();
  }
}
