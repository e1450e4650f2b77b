package headroom.inference.kvcache;

import headroom.kv.CacheScheme;
import headroom.kv.KvCacheSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a cache keeps layer by layer: rows of keys and values, or a state. */
final class CacheLayers {
  private static final int NOWHERE = -1;

  private final List<KvShape> shapes = new ArrayList<>(); // of those that keep keys and values
  private final List<KvRows> keys = new ArrayList<>(); // of those
  private final List<KvRows> values = new ArrayList<>(); // of those
  private final int[] rows; // [all layers] which of those a layer is
  private final RecurrentStates states = new RecurrentStates();
  private final @Nullable RecurrentState[] stateOf; // [all layers]
  private final Eviction eviction;
  private final long bytes;

  /**
   * Allocates every cell at once.
   *
   * @param cells of a layer that keeps all
   * @param layers what each keeps
   * @param arena that frees the memory
   */
  CacheLayers(KvCacheSpec spec, int cells, List<? extends CacheShape> layers, Arena arena) {
    rows = new int[layers.size()];
    Arrays.fill(rows, NOWHERE);
    stateOf = new RecurrentState[layers.size()];
    for (int i = 0; i < rows.length; i++) {
      switch (layers.get(i)) {
        case KvShape layer -> rows[i] = add(layer);
        case CacheShape.Indexed both -> {
          rows[i] = add(both.attention());
          add(both.index());
        }
        case StateShape state -> stateOf[i] = states.add(requireWhole(spec, i, state));
        case CacheShape.OfLayer(int lender) -> rows[i] = rows[lender];
        case CacheShape.Nothing _ -> {}
      }
    }
    eviction = new Eviction(spec.scheme(), shapes);
    RowStore store =
        new RowStore(cells, spec.keyFormat(), spec.valueFormat(), spec.scheme(), arena);
    for (int i = 0; i < shapes.size(); i++) {
      KvShape layer = shapes.get(i);
      KvRows kept = store.keys(layer, eviction.slots(i));
      keys.add(kept);
      values.add(
          layer.valuesWithinKeys()
              ? kept.beginnings(layer.valueSize())
              : store.values(layer, eviction.slots(i)));
    }
    bytes = store.bytes();
  }

  private int add(KvShape layer) {
    shapes.add(layer);
    return shapes.size() - 1;
  }

  /** A state knows of every token: none can be evicted from it. */
  private static StateShape requireWhole(KvCacheSpec spec, int layer, StateShape state) {
    if (spec.scheme() instanceof CacheScheme.Evicting) {
      throw new CacheFormatException(
          "tokens are evicted from layers that keep keys and values of all tokens; found layer %d with a recurrent state; use f16 or q8_0"
              .formatted(layer));
    }
    return state;
  }

  /** Of all layers that keep keys and values. */
  List<KvShape> shapes() {
    return shapes;
  }

  KvRows keys(int layer) {
    return keys.get(rows[layer]);
  }

  KvRows values(int layer) {
    return values.get(rows[layer]);
  }

  /** The indexer's keys, which lie behind the layer's own. */
  KvRows index(int layer) {
    return keys.get(rows[layer] + 1);
  }

  RecurrentState state(int layer) {
    return Objects.requireNonNull(stateOf[layer]);
  }

  RecurrentStates states() {
    return states;
  }

  Eviction eviction() {
    return eviction;
  }

  /** What evicts from this layer; null where nothing does. */
  @Nullable Slots slots(int layer) {
    return eviction.slots(rows[layer]);
  }

  /** Bytes of all keys and values, used or not, and of all states. */
  long bytes() {
    return bytes + states.bytes();
  }

  /** Copies a cell of every layer to another. */
  void move(int from, int to) {
    for (int i = 0; i < shapes.size(); i++) {
      keys.get(i).move(from, to);
      if (!shapes.get(i).valuesWithinKeys()) {
        values.get(i).move(from, to);
      }
    }
  }

  /** Tells all rows how many tokens there are, when all layers have read what a batch wrote. */
  void settle(int length) {
    keys.forEach(rows -> rows.settle(length));
    values.forEach(rows -> rows.settle(length));
  }

  void truncate(int length) {
    keys.forEach(rows -> rows.truncate(length));
    values.forEach(rows -> rows.truncate(length));
  }

  /**
   * The memory of the first tokens and of all states.
   *
   * @throws CacheFormatException where the scheme does not keep every token as it was written
   */
  List<MemorySegment> stored(int tokens) {
    List<MemorySegment> stored = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      stored.add(piece(keys.get(i), tokens));
      if (!shapes.get(i).valuesWithinKeys()) {
        stored.add(piece(values.get(i), tokens));
      }
    }
    stored.addAll(states.stored());
    return stored;
  }

  private static MemorySegment piece(KvRows rows, int tokens) {
    return rows.stored(tokens)
        .orElseThrow(
            () ->
                new CacheFormatException(
                    "a cache that rounds or evicts old tokens cannot be saved or shared; use f16 or"
                        + " q8_0"));
  }
}
