package headroom.gguf;

import headroom.quant.QuantFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tensor list of a header, checked against the file that it describes. */
final class TensorTable {
  /** Name length, dimension count, format, offset: the bytes of an entry with no name. */
  static final int LEAST_ENTRY_BYTES = 8 + 4 + 4 + 8;

  /** {@code GGML_MAX_DIMS} of ggml.h. */
  static final int MOST_DIMENSIONS = 4;

  /** Longest tensor name in bytes, by the format; ggml itself stops one byte earlier. */
  static final int LONGEST_NAME = 64;

  /** Heap that one entry takes besides its name, rounded up. */
  private static final int ENTRY_HEAP = 384;

  /** Ids that ggml.h lists as removed. */
  private static final Map<Long, String> REMOVED =
      Map.of(
          4L, "Q4_2", 5L, "Q4_3", 31L, "Q4_0_4_4", 32L, "Q4_0_4_8", 33L, "Q4_0_8_8", 36L,
          "IQ4_NL_4_4", 37L, "IQ4_NL_4_8", 38L, "IQ4_NL_8_8");

  private final HeaderCursor cursor;
  private final int alignment;
  private long dataOffset;

  /** Takes note of memory: where in the file, and how many bytes of heap. */
  interface Budget {
    void spend(long at, long bytes);
  }

  private record Entry(TensorInfo tensor, long bytes, long at) {
    long end() {
      return tensor.offset() + bytes;
    }
  }

  TensorTable(HeaderCursor cursor, int alignment) {
    this.cursor = cursor;
    this.alignment = alignment;
  }

  List<TensorInfo> read(long count, Budget budget) throws IOException {
    List<Entry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (long i = 0; i < count; i++) {
      long at = cursor.position();
      String name = cursor.string("the name of tensor " + i, LONGEST_NAME, true);
      budget.spend(at, ENTRY_HEAP + name.length());
      if (!names.add(name)) {
        throw cursor.fault(at, "found tensor '%s' twice; wanted it once".formatted(name));
      }
      entries.add(entry(name, at));
    }
    long end = cursor.position();
    dataOffset = entries.isEmpty() ? end : aligned(end, alignment);
    entries.forEach(this::requireInsideFile);
    requireApart(entries);
    return entries.stream().map(Entry::tensor).toList();
  }

  /** Byte offset at which tensor data starts; known after reading. */
  long dataOffset() {
    return dataOffset;
  }

  /** The next multiple of {@code alignment}, a power of two, at or after {@code position}. */
  static long aligned(long position, int alignment) {
    return position + alignment - 1 & -alignment;
  }

  private Entry entry(String name, long at) throws IOException {
    long dimensionsAt = cursor.position();
    long dimensions = cursor.u32("the dimension count of '" + name + "'");
    if (dimensions > MOST_DIMENSIONS) {
      throw cursor.fault(
          dimensionsAt,
          "found %d dimensions in tensor '%s'; wanted at most %d"
              .formatted(dimensions, name, MOST_DIMENSIONS));
    }
    List<Long> shape = new ArrayList<>();
    long elements = 1;
    for (int i = 0; i < dimensions; i++) {
      long sizeAt = cursor.position();
      long size = cursor.u64("dimension " + i + " of '" + name + "'");
      if (size <= 0 || elements > Long.MAX_VALUE / size) {
        throw cursor.fault(
            sizeAt,
            "found dimension %d of tensor '%s' to be %s; wanted at least 1 and no more than 2^63-1"
                    .formatted(i, name, Long.toUnsignedString(size))
                + " elements together");
      }
      elements *= size;
      shape.add(size);
    }
    long formatAt = cursor.position();
    long id = cursor.u32("the format of '" + name + "'");
    QuantFormat format = format(name, id, formatAt);
    if (!format.fitsRow(shape.isEmpty() ? 1 : shape.getFirst())) {
      throw cursor.fault(
          dimensionsAt,
          "found rows of %d elements in tensor '%s' (%s); wanted a multiple of %d"
              .formatted(
                  shape.isEmpty() ? 1 : shape.getFirst(), name, format, format.weightsPerBlock()));
    }
    long offsetAt = cursor.position();
    long offset = cursor.u64("the offset of '" + name + "'");
    if (offset < 0 || offset % alignment != 0) {
      throw cursor.fault(
          offsetAt,
          "found offset %s for tensor '%s'; wanted a multiple of %d"
              .formatted(Long.toUnsignedString(offset), name, alignment));
    }
    long blocks = elements / format.weightsPerBlock();
    if (blocks > Long.MAX_VALUE / format.bytesPerBlock()) {
      throw cursor.fault(
          dimensionsAt,
          "found %d elements in tensor '%s'; wanted less than 2^63 bytes".formatted(elements, name));
    }
    return new Entry(
        new TensorInfo(name, shape, format, offset), blocks * format.bytesPerBlock(), at);
  }

  private QuantFormat format(String name, long id, long at) {
    return QuantFormat.byGgmlId(id > Integer.MAX_VALUE ? -1 : (int) id)
        .orElseThrow(
            () ->
                cursor.fault(
                    at,
                    "tensor '%s' has format %d (%s); this build reads F32 (0) to %s (%d)"
                        .formatted(
                            name,
                            id,
                            REMOVED.containsKey(id) ? "removed: " + REMOVED.get(id) : "unknown",
                            newest(),
                            newest().ggmlId())));
  }

  private static QuantFormat newest() {
    return QuantFormat.values()[QuantFormat.values().length - 1];
  }

  private void requireInsideFile(Entry entry) {
    long room = cursor.size() - dataOffset;
    long offset = entry.tensor().offset();
    if (offset > room || entry.bytes() > room - offset) {
      throw cursor.fault(
          entry.at(),
          ("found tensor '%s' with %d bytes at offset %d of the tensor data; wanted it inside the"
                  + " file, which has %d bytes there (is the download complete?)")
              .formatted(entry.tensor().name(), entry.bytes(), offset, Math.max(0, room)));
    }
  }

  private void requireApart(List<Entry> entries) {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingLong(e -> e.tensor().offset()));
    for (int i = 1; i < sorted.size(); i++) {
      Entry before = sorted.get(i - 1);
      Entry after = sorted.get(i);
      if (after.tensor().offset() < before.end()) {
        throw cursor.fault(
            after.at(),
            "found tensor '%s' at offset %d inside tensor '%s', which ends at %d; wanted them apart"
                .formatted(
                    after.tensor().name(),
                    after.tensor().offset(),
                    before.tensor().name(),
                    before.end()));
      }
    }
  }
}
