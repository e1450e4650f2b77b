package headroom.inference.kvcache;

import headroom.inference.codec.BlockCodec;
import headroom.inference.codec.Codecs;
import headroom.inference.codec.UnsupportedFormatException;
import headroom.kv.KvCacheSpec;
import headroom.quant.QuantFormat;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** Keys and values of one sequence, for every layer, outside the Java heap. */
public final class KvCache implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final int cells;
  private final List<KvRows> keys = new ArrayList<>();
  private final List<KvRows> values = new ArrayList<>();
  private long bytes;
  private int length;

  /**
   * Allocates every cell at once.
   *
   * @param spec formats and number of cells; a cache holds one sequence
   * @param layers what each layer keeps
   * @throws IllegalArgumentException where a head is not a whole number of the format's blocks, or
   *     more than one sequence is asked for
   * @throws UnsupportedFormatException where the format cannot be written
   */
  public KvCache(KvCacheSpec spec, List<KvShape> layers) {
    if (spec.sequences() != 1) {
      throw new IllegalArgumentException(
          "a session's cache holds 1 sequence; found %d wanted; open a session for each"
              .formatted(spec.sequences()));
    }
    this.cells = spec.contextLength();
    BlockCodec keyCodec = writable(spec.keyFormat(), "keys");
    BlockCodec valueCodec = writable(spec.valueFormat(), "values");
    for (KvShape layer : layers) {
      KvRows kept = rows(keyCodec, layer.heads(), layer.keySize(), "key");
      keys.add(kept);
      if (layer.valuesWithinKeys()) {
        requireWholeBlocks(keyCodec.format(), layer.valueSize(), "value");
        values.add(kept.beginnings(layer.valueSize()));
      } else {
        values.add(rows(valueCodec, layer.heads(), layer.valueSize(), "value"));
      }
    }
  }

  private static BlockCodec writable(QuantFormat format, String what) {
    if (!Codecs.encodable().contains(format)) {
      throw new UnsupportedFormatException("cache of " + what, "write", format, Codecs.encodable());
    }
    return Codecs.require(format, "cache of " + what);
  }

  private KvRows rows(BlockCodec codec, int heads, int headSize, String what) {
    QuantFormat format = codec.format();
    requireWholeBlocks(format, headSize, what);
    long size = format.bytesFor((long) cells * heads * headSize).value();
    bytes += size;
    return new KvRows(codec, heads, headSize, arena.allocate(size, 64)); // one cache line
  }

  private static void requireWholeBlocks(QuantFormat format, int headSize, String what) {
    if (!format.fitsRow(headSize)) {
      throw new IllegalArgumentException(
          "cache format %s stores blocks of %d; found a %s head of %d elements; use f16 or f32"
              .formatted(format, format.weightsPerBlock(), what, headSize));
    }
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
  }

  @Override
  public void close() {
    arena.close();
  }
}
