package headroom.gguf;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the header of a GGUF file, version 2 or 3 (<a
 * href="https://github.com/ggml-org/ggml/blob/d99724f2/docs/gguf.md">format</a>). Memory grows with
 * what was read, never with what the header claims, and stops at a budget.
 */
public final class GgufReader {
  /**
   * Heap that metadata may take unless told otherwise, in bytes. A vocabulary of 262,144 tokens and
   * as many merges takes about 50 MiB at some 90 bytes each, so a large one fits several times.
   */
  public static final long DEFAULT_METADATA_BUDGET = 256L << 20;

  /** Longest key, in bytes: the format says 2^16-1. */
  private static final int LONGEST_KEY = 65_535;

  /** Longest text value, in bytes: far above any chat template, far below ggml's own 1 GiB. */
  private static final int LONGEST_STRING = 64 << 20;

  /** Arrays in arrays: ggml's reader knows none, the format any number; nobody needs more. */
  private static final int DEEPEST_ARRAY = 4;

  /** Bytes of the shortest key-value pair: key length, type, value of one byte. */
  private static final int LEAST_PAIR_BYTES = 8 + 4 + 1;

  /** Heap of an empty String with its array, and of a map entry or list slot, rounded up. */
  private static final int OBJECT_HEAP = 64;

  private static final int MAGIC = 0x46554747;

  private final HeaderCursor cursor;
  private final String name;
  private final long budget;
  private long heap;

  private GgufReader(ByteSource source, long budget) {
    this.cursor = new HeaderCursor(source);
    this.name = source.name();
    this.budget = budget;
  }

  /**
   * The header of this file.
   *
   * @throws GgufFormatException where it is not a whole and sound GGUF file
   */
  public static GgufHeader read(Path file) throws IOException {
    try (FileSource source = new FileSource(file)) {
      return read(source);
    }
  }

  /** The header of these bytes, within {@link #DEFAULT_METADATA_BUDGET}; does not close them. */
  public static GgufHeader read(ByteSource source) throws IOException {
    return read(source, DEFAULT_METADATA_BUDGET);
  }

  /**
   * The header of these bytes; does not close them.
   *
   * @param metadataBudget bytes of heap that metadata and tensor list may take, by estimate
   */
  public static GgufHeader read(ByteSource source, long metadataBudget) throws IOException {
    return new GgufReader(source, metadataBudget).header();
  }

  private GgufHeader header() throws IOException {
    int version = version();
    long tensorsAt = cursor.position();
    long tensorCount = cursor.u64("the tensor count");
    long pairsAt = cursor.position();
    long pairCount = cursor.u64("the count of key-value pairs");
    requireRoom(tensorsAt, tensorCount, TensorTable.LEAST_ENTRY_BYTES, "tensors");
    requireRoom(pairsAt, pairCount, LEAST_PAIR_BYTES, "key-value pairs");

    Map<String, GgufValue> pairs = new LinkedHashMap<>();
    Map<String, Long> offsets = new LinkedHashMap<>();
    for (long i = 0; i < pairCount; i++) {
      long at = cursor.position();
      String key = cursor.string("key " + i, LONGEST_KEY, true);
      long valueAt = cursor.position();
      spend(at, 3L * OBJECT_HEAP + key.length());
      GgufValue value = value(key);
      if (pairs.putIfAbsent(key, value) != null) {
        throw cursor.fault(at, "found key '%s' twice; wanted it once".formatted(key));
      }
      offsets.put(key, valueAt);
    }
    int alignment = alignment(pairs, offsets);
    TensorTable table = new TensorTable(cursor, alignment);
    List<TensorInfo> tensors = table.read(tensorCount, this::spend);
    return new GgufHeader(
        name,
        version,
        alignment,
        new GgufMetadata(name, pairs),
        tensors,
        table.dataOffset(),
        cursor.size());
  }

  private int version() throws IOException {
    if (cursor.size() < 4) {
      throw cursor.fault(
          0,
          "found a file of %d bytes; wanted a GGUF header (is the download complete?)"
              .formatted(cursor.size()));
    }
    long magic = cursor.u32("the magic number");
    if (magic != MAGIC) {
      throw cursor.fault(0, ForeignFormat.describe((int) magic));
    }
    long version = cursor.u32("the version");
    if (version == 2 || version == 3) {
      return (int) version;
    }
    if ((version & 0xFFFF) == 0 && version != 0) {
      throw cursor.fault(
          4,
          "found a big-endian file (version bytes %08x); wanted little-endian: convert it with"
                  .formatted(version)
              + " gguf_convert_endian.py of llama.cpp");
    }
    throw cursor.fault(
        4,
        version == 1
            ? "found version 1, which llama.cpp dropped in 2023; wanted 2 or 3: convert it anew"
            : "found version %d; wanted 2 or 3".formatted(version));
  }

  private int alignment(Map<String, GgufValue> pairs, Map<String, Long> offsets) {
    GgufValue value = pairs.get("general.alignment");
    if (value == null) {
      return GgufWriter.DEFAULT_ALIGNMENT;
    }
    boolean sound =
        value.type() == GgufType.UINT32
            && value.value() instanceof Long a
            && a >= 8
            && a <= 1 << 30
            && Long.bitCount(a) == 1;
    if (!sound) {
      throw cursor.fault(
          offsets.getOrDefault("general.alignment", 0L),
          "found general.alignment = %s (%s); wanted a u32 that is a power of two from 8"
              .formatted(
                  value.type() == GgufType.ARRAY ? "an array" : value.value(), value.type()));
    }
    return (int) (long) (Long) value.value();
  }

  private GgufValue value(String key) throws IOException {
    GgufType type = type("the value of '" + key + "'");
    if (type != GgufType.ARRAY) {
      return new GgufValue(type, Optional.empty(), scalar(type, key));
    }
    GgufType element = type("the elements of '" + key + "'");
    return GgufValue.array(element, array(element, key, 1));
  }

  private List<?> array(GgufType element, String key, int depth) throws IOException {
    long at = cursor.position();
    long count = cursor.u64("the length of '" + key + "'");
    requireRoom(at, count, element.leastBytes(), "elements in '" + key + "'");
    if (element == GgufType.ARRAY && depth == DEEPEST_ARRAY) {
      throw cursor.fault(
          at, "found arrays nested deeper than %d in '%s'; wanted fewer".formatted(depth, key));
    }
    if (element != GgufType.STRING && element != GgufType.ARRAY) {
      NumberList numbers = new NumberList(element);
      for (long i = 0; i < count; i++) {
        spend(at, NumberList.BYTES_PER_ELEMENT);
        numbers.addBits(bits(element, key));
      }
      return numbers;
    }
    List<Object> values = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      spend(at, OBJECT_HEAP);
      if (element == GgufType.STRING) {
        values.add(text(key));
      } else {
        GgufType inner = type("the elements of '" + key + "'");
        values.add(array(inner, key, depth + 1));
      }
    }
    return Collections.unmodifiableList(values);
  }

  private Object scalar(GgufType type, String key) throws IOException {
    if (type == GgufType.STRING) {
      return text(key);
    }
    long bits = bits(type, key);
    if (type.isFloat()) {
      return Double.longBitsToDouble(bits);
    }
    return type == GgufType.BOOL ? (Object) (bits != 0) : (Object) bits;
  }

  private String text(String key) throws IOException {
    long at = cursor.position();
    String text = cursor.string("'" + key + "'", Math.min(LONGEST_STRING, budget), false);
    spend(at, 2L * text.length());
    return text;
  }

  /** An integer as it is, a boolean as 0 or 1, a float as the bits of its f64. */
  private long bits(GgufType type, String key) throws IOException {
    return switch (type) {
      case UINT8 -> cursor.u8(key);
      case INT8 -> (byte) cursor.u8(key);
      case UINT16 -> cursor.u16(key);
      case INT16 -> (short) cursor.u16(key);
      case UINT32 -> cursor.u32(key);
      case INT32 -> (int) cursor.u32(key);
      case UINT64, INT64, FLOAT64 -> cursor.u64(key);
      case FLOAT32 -> Double.doubleToRawLongBits(Float.intBitsToFloat((int) cursor.u32(key)));
      case BOOL -> bool(key);
      case STRING, ARRAY -> throw new IllegalStateException(type + " is no number");
    };
  }

  private int bool(String key) throws IOException {
    long at = cursor.position();
    int value = cursor.u8(key);
    if (value > 1) {
      throw cursor.fault(at, "found %d for '%s'; wanted 0 or 1, a bool".formatted(value, key));
    }
    return value;
  }

  private GgufType type(String what) throws IOException {
    long at = cursor.position();
    long id = cursor.u32("the type of " + what);
    return GgufType.byId(id)
        .orElseThrow(
            () -> cursor.fault(at, "found type %d for %s; wanted 0-12".formatted(id, what)));
  }

  private void requireRoom(long at, long count, int leastBytes, String what) {
    if (count < 0 || count > cursor.remaining() / leastBytes) {
      throw cursor.fault(
          at,
          "found a count of %s %s; wanted at most the %d that the rest of the file could hold (is the download complete?)"
              .formatted(Long.toUnsignedString(count), what, cursor.remaining() / leastBytes));
    }
  }

  private void spend(long at, long bytes) {
    heap += bytes;
    if (heap > budget) {
      throw cursor.fault(
          at,
          "found metadata that needs more than %d MiB of memory; wanted less"
              .formatted(budget >> 20));
    }
  }
}
