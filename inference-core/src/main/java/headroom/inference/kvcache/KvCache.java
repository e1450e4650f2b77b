package headroom.inference.kvcache;

import headroom.inference.codec.UnsupportedFormatException;
import headroom.kv.CacheScheme;
import headroom.kv.KvCacheSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalInt;

/** Keys and values of one sequence, for every layer, outside the Java heap. */
public final class KvCache implements AutoCloseable {
  /** Most tokens between two calls of {@link #append}, llama.cpp's default ubatch. */
  public static final int BATCH = 512;

  /** Share of the newest tokens that a batch may push out of an evicting cache at once. */
  private static final int BATCHES_OF_RECENT = 4;

  private final Arena arena = Arena.ofShared();
  private final KvCacheSpec spec;
  private final CacheLayers layers;
  private final int cells;
  private int length;
  private int seen;
  private int furthest; // seen at most since the cache was empty

  /**
   * Allocates every cell at once.
   *
   * @param spec formats and number of cells; a cache holds one sequence
   * @param shapes what each layer keeps
   * @throws CacheFormatException where a row is not a whole number of the format's blocks, or the
   *     layers are none that tokens can be evicted from
   * @throws IllegalArgumentException where more than one sequence is asked for
   * @throws UnsupportedFormatException where the format cannot be written
   */
  public KvCache(KvCacheSpec spec, List<? extends CacheShape> shapes) {
    if (spec.sequences() != 1) {
      throw new IllegalArgumentException(
          "a session's cache holds 1 sequence; found %d wanted; open a session for each"
              .formatted(spec.sequences()));
    }
    this.spec = spec;
    this.cells =
        spec.scheme() instanceof CacheScheme.Evicting some ? some.kept() : spec.contextLength();
    try {
      this.layers = new CacheLayers(spec, cells, shapes, arena);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** Formats, length and what becomes of old tokens. */
  public KvCacheSpec spec() {
    return spec;
  }

  public KvRows keys(int layer) {
    return layers.keys(layer);
  }

  public KvRows values(int layer) {
    return layers.values(layer);
  }

  /** The indexer's keys of a layer; asked for where it is {@link CacheShape.Indexed}. */
  public KvRows index(int layer) {
    return layers.index(layer);
  }

  /** What a recurrent layer remembers; asked for where it keeps no keys. */
  public RecurrentState state(int layer) {
    return layers.state(layer);
  }

  /**
   * Remembers the states of recurrent layers as they are now, so that {@link #truncate} can come
   * back to this length; the last one counts.
   */
  public void mark() {
    if (!layers.states().isEmpty()) {
      layers.states().mark(length);
    }
  }

  /** The length that {@link #mark} remembers; empty where nothing is or none is needed. */
  public OptionalInt marked() {
    int marked = layers.states().marked();
    return marked < 0 ? OptionalInt.empty() : OptionalInt.of(marked);
  }

  /** Tokens it holds. */
  public int length() {
    return length;
  }

  /** Tokens it has been given, those that were evicted included. */
  public int seen() {
    return seen;
  }

  /** Tokens that it still takes. */
  public int room() {
    return layers.eviction().evicts() ? Integer.MAX_VALUE - seen : cells - length;
  }

  /** Most tokens of one batch: few where each of them must be kept whole until the next. */
  public int batch() {
    return switch (spec.scheme()) {
      case CacheScheme.Whole _ -> BATCH;
      case CacheScheme.Kivi _ -> CacheScheme.Kivi.GROUP;
      case CacheScheme.Evicting some -> Math.clamp(some.recent() / BATCHES_OF_RECENT, 1, BATCH);
    };
  }

  /** The position of the next token: where keys are turned as they are read, that in the cache. */
  public int position() {
    return turnsKeys() ? length : seen;
  }

  /** Positions that a token may have. */
  public int positions() {
    return turnsKeys() ? cells : spec.contextLength();
  }

  /** True where keys are written unrotated and turned as they are read. */
  public boolean turnsKeys() {
    return spec.scheme() instanceof CacheScheme.Sinks;
  }

  /** Tells how a layer's keys are turned; asked for where {@link #turnsKeys}. */
  public void turnKeys(int layer, KeyTurn turn) {
    if (keys(layer) instanceof SelectedRows selected) {
      selected.turnedBy(turn);
    }
  }

  /** True where it wants to know what attention gives to each cell. */
  public boolean wantsCredit() {
    return spec.scheme() instanceof CacheScheme.HeavyHitters;
  }

  /** Hears what a query of a head gave to a cell; heads may be told of by threads of their own. */
  public void credit(int layer, int head, int cell, double share) {
    Slots slots = layers.slots(layer);
    if (slots != null) {
      slots.credit(head, cell, share);
    }
  }

  /** Bytes of all keys and values, used or not, and of all states. */
  public long bytes() {
    return layers.bytes();
  }

  /**
   * Sees to it that the next {@code tokens} fit, by eviction where that is the scheme.
   *
   * @throws IllegalStateException where they do not fit
   */
  public void makeRoomFor(int tokens) {
    requireRoomFor(tokens);
    int excess = length + tokens - cells;
    if (excess > 0) {
      layers.eviction().evict(excess, length, tokens);
      length -= excess;
    }
  }

  /**
   * Declares {@code tokens} more rows of every layer as written.
   *
   * @throws IllegalStateException where they do not fit
   */
  public void append(int tokens) {
    requireRoomFor(tokens);
    length += tokens;
    seen += tokens;
    furthest = Math.max(furthest, seen);
    layers.settle(length);
  }

  /** True where several continuations can be tried at once. */
  public boolean takesTrees() {
    return spec.scheme() instanceof CacheScheme.Whole && layers.states().isEmpty();
  }

  /**
   * Of a tree that was appended from {@code first} on, keeps some cells in this order and forgets
   * the others.
   *
   * @param kept cells, rising
   */
  public void keep(int first, int[] kept) {
    for (int i = 0; i < kept.length; i++) {
      if (kept[i] != first + i) {
        layers.move(kept[i], first + i);
      }
    }
    truncate(first + kept.length);
  }

  /** Throws {@link IllegalStateException} where {@code tokens} more do not fit. */
  public void requireRoomFor(int tokens) {
    if (tokens > room()) {
      throw new IllegalStateException(
          "the cache holds %d of %d tokens; found %d more; open the session with a longer context"
              .formatted(length, cells, tokens));
    }
  }

  /**
   * The memory of all tokens so far, layer by layer, to be saved or copied.
   *
   * @throws CacheFormatException where the scheme does not keep every token as it was written
   */
  public List<MemorySegment> stored() {
    return layers.stored(furthest);
  }

  /** Tokens written at most since the cache was empty: what {@link #stored()} is for. */
  public int furthest() {
    return furthest;
  }

  /**
   * Where the cache takes the memory that another of these formats stored; the caller fills it.
   *
   * @param tokens that the other held
   * @param written {@link #furthest()} of the other
   * @throws CacheFormatException as {@link #stored()}
   * @throws IllegalStateException where they do not fit
   */
  public List<MemorySegment> restore(int tokens, int written) {
    truncate(0);
    requireRoomFor(Math.max(tokens, written));
    List<MemorySegment> memory = layers.stored(written);
    length = tokens;
    seen = tokens;
    furthest = written;
    return memory;
  }

  /**
   * True where {@link #truncate} can go back to this length: not where tokens were evicted since,
   * nor where a layer that sees a window has overwritten what it would see, nor to a state that was
   * not {@link #mark marked}.
   */
  public boolean reaches(int newLength) {
    if (newLength == 0 || newLength == length) {
      return true;
    }
    if (newLength < 0
        || newLength > length
        || seen != length
        || !layers.states().reaches(newLength, length)) {
      return false;
    }
    for (KvShape layer : layers.shapes()) {
      int ring = RowStore.ring(cells, layer.window());
      if (furthest > ring && newLength - (long) layer.window() + 1 < furthest - ring) {
        return false;
      }
    }
    return true;
  }

  /**
   * Forgets every token from {@code newLength} on.
   *
   * @throws IllegalArgumentException where it is negative or above the present length
   * @throws IllegalStateException where it is not {@link #reaches reached}
   */
  public void truncate(int newLength) {
    if (newLength < 0 || newLength > length) {
      throw new IllegalArgumentException(
          "cannot truncate to %d tokens; wanted 0 to %d".formatted(newLength, length));
    }
    if (!reaches(newLength)) {
      throw new IllegalStateException(
          "cannot truncate to %d tokens: what they would see was overwritten by the %d that came; wanted 0, and the tokens again"
              .formatted(newLength, seen));
    }
    if (newLength == length && length > 0) {
      return;
    }
    if (newLength < length || newLength == 0) {
      layers.states().goBackTo(newLength);
    }
    length = newLength;
    seen = newLength;
    if (newLength == 0) {
      furthest = 0;
      layers.eviction().clear();
    }
    layers.truncate(newLength);
  }

  @Override
  public void close() {
    arena.close();
  }
}
