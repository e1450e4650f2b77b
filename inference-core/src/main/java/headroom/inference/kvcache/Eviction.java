package headroom.inference.kvcache;

import headroom.kv.CacheScheme;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which tokens leave a cache that is full. */
final class Eviction {
  private final CacheScheme scheme;
  private final List<Slots> slots = new ArrayList<>(); // of each layer, or one for all

  Eviction(CacheScheme scheme, List<KvShape> layers) {
    this.scheme = scheme;
    if (!(scheme instanceof CacheScheme.Evicting evicting)) {
      return;
    }
    for (int i = 0; i < layers.size(); i++) {
      KvShape layer = layers.get(i);
      if (layer.valuesWithinKeys() || layer.window() != KvShape.EVERYTHING) {
        throw new CacheFormatException(
            "tokens are evicted from layers that keep keys and values of all tokens; found layer %d with %s; use f16 or q8_0"
                .formatted(
                    i,
                    layer.valuesWithinKeys()
                        ? "one latent for both"
                        : "a window of %d tokens".formatted(layer.window())));
      }
      if (scheme instanceof CacheScheme.HeavyHitters) {
        slots.add(new Slots(layer.heads(), evicting.kept()));
      }
    }
    if (scheme instanceof CacheScheme.Sinks) {
      slots.add(new Slots(1, evicting.kept()));
    }
  }

  boolean evicts() {
    return !slots.isEmpty();
  }

  @Nullable Slots slots(int layer) {
    return slots.isEmpty() ? null : slots.get(layer % slots.size());
  }

  /**
   * Evicts {@code count} cells of every layer.
   *
   * @param length cells there are
   * @param coming tokens for which room is made, which are part of the newest
   */
  void evict(int count, int length, int coming) {
    switch (scheme) {
      case CacheScheme.Sinks(int sinks, int _) -> slots.getFirst().evictFrom(sinks, count);
      case CacheScheme.HeavyHitters(int _, int recent) ->
          slots.forEach(of -> of.evictLeast(length - Math.max(0, recent - coming), count));
      case CacheScheme.Whole _, CacheScheme.Kivi _ -> {}
    }
  }

  void clear() {
    slots.forEach(Slots::clear);
  }
}
