package headroom.inference.kvcache;

import headroom.inference.codec.BlockCodec;
import headroom.inference.codec.Codecs;
import headroom.inference.codec.UnsupportedFormatException;
import headroom.kv.CacheScheme;
import headroom.quant.QuantFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Makes the rows of a cache's layers and counts their bytes. */
final class RowStore {
  private static final long CACHE_LINE = 64;

  private final int cells;
  private final BlockCodec keyCodec;
  private final BlockCodec valueCodec;
  private final CacheScheme scheme;
  private final Arena arena;
  private long bytes;

  RowStore(
      int cells, QuantFormat keyFormat, QuantFormat valueFormat, CacheScheme scheme, Arena arena) {
    this.cells = cells;
    this.keyCodec = writable(keyFormat, "keys");
    this.valueCodec = writable(valueFormat, "values");
    this.scheme = scheme;
    this.arena = arena;
  }

  private static BlockCodec writable(QuantFormat format, String what) {
    if (!Codecs.encodable().contains(format)) {
      throw new UnsupportedFormatException("cache of " + what, "write", format, Codecs.encodable());
    }
    return Codecs.require(format, "cache of " + what);
  }

  /** Bytes of all rows made. */
  long bytes() {
    return bytes;
  }

  KvRows keys(KvShape layer, @Nullable Slots slots) {
    return rows(keyCodec, layer, layer.keySize(), "key", slots);
  }

  KvRows values(KvShape layer, @Nullable Slots slots) {
    return rows(valueCodec, layer, layer.valueSize(), "value", slots);
  }

  private KvRows rows(
      BlockCodec codec, KvShape layer, int headSize, String what, @Nullable Slots slots) {
    int heads = layer.heads();
    return switch (scheme) {
      case CacheScheme.Whole _ -> {
        int ring = ring(cells, layer.window());
        KvRows plain = plain(codec, ring, heads, headSize, what);
        yield ring < cells ? new RingRows(plain, ring) : plain;
      }
      case CacheScheme.Evicting _
          when slots != null
              && plain(codec, cells, heads, headSize, what) instanceof CodecRows whole ->
          new SelectedRows(whole, slots);
      case CacheScheme.Evicting _ ->
          throw new CacheFormatException(
              "a cache that evicts tokens head by head stores whole blocks of a head; found %s for heads of %d elements; use f16, bf16 or f32"
                  .formatted(codec.format(), headSize));
      case CacheScheme.Kivi kivi when what.equals("key") ->
          new KiviKeys(
              heads,
              headSize,
              kivi.residual(),
              recent(codec, heads, headSize, kivi),
              allocate(KiviKeys.bytes(cells, heads, headSize)));
      case CacheScheme.Kivi kivi ->
          new KiviValues(
              heads,
              headSize,
              kivi.residual(),
              recent(codec, heads, headSize, kivi),
              allocate(KiviValues.bytes(cells, heads, headSize)));
    };
  }

  /** Cells of a layer that sees {@code window} tokens: those and one batch, in a ring. */
  static int ring(int cells, int window) {
    return (int) Math.min(cells, (long) window + KvCache.BATCH);
  }

  private KvRows plain(BlockCodec codec, int cells, int heads, int headSize, String what) {
    QuantFormat format = codec.format();
    int row = heads * headSize;
    if (!format.fitsRow(row)) {
      throw new CacheFormatException(
          "cache format %s stores blocks of %d; found %d %s heads of %d elements; use f16, bf16 or f32"
              .formatted(format, format.weightsPerBlock(), heads, what, headSize));
    }
    MemorySegment data = allocate(format.bytesFor((long) cells * row).value());
    return format.fitsRow(headSize)
        ? new CodecRows(codec, heads, headSize, data)
        : new SharedBlockRows(codec, row, headSize, headSize, data);
  }

  /** What was written before the last settling and may still be whole, and one batch. */
  private RecentRows recent(BlockCodec codec, int heads, int headSize, CacheScheme.Kivi kivi) {
    int slots = Math.min(cells, kivi.residual() + CacheScheme.Kivi.GROUP);
    long size = codec.format().bytesFor((long) slots * heads * headSize).value();
    return new RecentRows(codec, heads, headSize, slots, allocate(size));
  }

  private MemorySegment allocate(long size) {
    bytes += size;
    return arena.allocate(size, CACHE_LINE);
  }
}
