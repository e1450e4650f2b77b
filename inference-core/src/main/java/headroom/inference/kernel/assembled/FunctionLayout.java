package headroom.inference.kernel.assembled;

import headroom.inference.assembler.ExecutableMemory;
import headroom.inference.assembler.PageSource;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Functions on their way into memory: named one after the other, then written on every processor at
 * once and laid out in one stretch.
 */
final class FunctionLayout {
  private static final int CACHE_LINE = 64;

  private final List<Supplier<byte[]>> writers = new ArrayList<>();
  private final List<MemorySegment[]> rows = new ArrayList<>(); // where each one's address goes
  private final List<Integer> places = new ArrayList<>(); // and which of the row it is

  /** A function by how many things it takes at once. */
  interface Writer<K> {
    byte[] write(K key, int count);
  }

  /** Functions for 0 to {@code count} (exclusive), as {@link #load} fills them in. */
  MemorySegment[] row(int count, IntFunction<byte[]> writer) {
    MemorySegment[] row = new MemorySegment[count];
    for (int i = 0; i < count; i++) {
      int place = i;
      writers.add(() -> writer.apply(place));
      rows.add(row);
      places.add(place);
    }
    return row;
  }

  /** For each key those for 1 to {@code most} things at once. */
  <K> Map<K, MemorySegment[]> upTo(int most, Collection<K> keys, Writer<K> writer) {
    Map<K, MemorySegment[]> table = new HashMap<>();
    keys.forEach(key -> table.put(key, row(most, place -> writer.write(key, place + 1))));
    return table;
  }

  /** One for each of those keys that have any. */
  <K> Map<K, MemorySegment[]> where(Collection<K> keys, Function<K, Optional<byte[]>> writer) {
    Map<K, MemorySegment[]> table = new HashMap<>();
    for (K key : keys) {
      writer.apply(key).ifPresent(code -> table.put(key, row(1, place -> code)));
    }
    return table;
  }

  /**
   * Writes all of them; every table that was handed out is full then.
   *
   * @throws headroom.inference.assembler.RefusedException where code cannot be executed
   */
  ExecutableMemory load(PageSource pages) {
    List<byte[]> written = writers.parallelStream().map(Supplier::get).toList();
    int[] starts = new int[written.size()];
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    for (int i = 0; i < starts.length; i++) {
      starts[i] = code.size();
      code.writeBytes(written.get(i));
      code.writeBytes(new byte[-written.get(i).length & CACHE_LINE - 1]);
    }
    ExecutableMemory memory = ExecutableMemory.of(code.toByteArray(), pages);
    IntStream.range(0, starts.length)
        .forEach(i -> rows.get(i)[places.get(i)] = memory.at(starts[i]));
    return memory;
  }
}
