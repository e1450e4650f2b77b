package headroom.inference.kvcache;

import headroom.inference.codec.UnsupportedFormatException;
import headroom.kv.KvCacheSpec;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** Keys and values of one sequence, for every layer, outside the Java heap. */
public final class KvCache implements AutoCloseable {
  /** Most tokens between two calls of {@link #append}, llama.cpp's default ubatch. */
  public static final int BATCH = 512;

  private final Arena arena = Arena.ofShared();
  private final int cells;
  private final List<KvRows> keys = new ArrayList<>();
  private final List<KvRows> values = new ArrayList<>();
  private final long bytes;
  private int length;

  /**
   * Allocates every cell at once.
   *
   * @param spec formats and number of cells; a cache holds one sequence
   * @param layers what each layer keeps
   * @throws CacheFormatException where a row is not a whole number of the format's blocks
   * @throws IllegalArgumentException where more than one sequence is asked for
   * @throws UnsupportedFormatException where the format cannot be written
   */
  public KvCache(KvCacheSpec spec, List<KvShape> layers) {
    if (spec.sequences() != 1) {
      throw new IllegalArgumentException(
          "a session's cache holds 1 sequence; found %d wanted; open a session for each"
              .formatted(spec.sequences()));
    }
    this.cells = spec.contextLength();
    RowStore store =
        new RowStore(cells, spec.keyFormat(), spec.valueFormat(), spec.scheme(), arena);
    for (KvShape layer : layers) {
      KvRows kept = store.keys(layer.heads(), layer.keySize());
      keys.add(kept);
      values.add(
          layer.valuesWithinKeys()
              ? kept.beginnings(layer.valueSize())
              : store.values(layer.heads(), layer.valueSize()));
    }
    this.bytes = store.bytes();
  }

  public KvRows keys(int layer) {
    return keys.get(layer);
  }

  public KvRows values(int layer) {
    return values.get(layer);
  }

  /** Tokens it can hold. */
  public int capacity() {
    return cells;
  }

  /** Tokens it holds. */
  public int length() {
    return length;
  }

  /** Bytes of all keys and values, used or not. */
  public long bytes() {
    return bytes;
  }

  /**
   * Declares {@code tokens} more rows of every layer as written.
   *
   * @throws IllegalStateException where they do not fit
   */
  public void append(int tokens) {
    requireRoomFor(tokens);
    length += tokens;
    keys.forEach(rows -> rows.settle(length));
    values.forEach(rows -> rows.settle(length));
  }

  /** Throws {@link IllegalStateException} where {@code tokens} more do not fit. */
  public void requireRoomFor(int tokens) {
    if (tokens > cells - length) {
      throw new IllegalStateException(
          "the cache holds %d of %d tokens; found %d more; open the session with a longer context"
              .formatted(length, cells, tokens));
    }
  }

  /**
   * Forgets every token from {@code newLength} on.
   *
   * @throws IllegalArgumentException where it is negative or above the present length
   */
  public void truncate(int newLength) {
    if (newLength < 0 || newLength > length) {
      throw new IllegalArgumentException(
          "cannot truncate to %d tokens; wanted 0 to %d".formatted(newLength, length));
    }
    length = newLength;
    keys.forEach(rows -> rows.truncate(newLength));
    values.forEach(rows -> rows.truncate(newLength));
  }

  @Override
  public void close() {
    arena.close();
  }
}
