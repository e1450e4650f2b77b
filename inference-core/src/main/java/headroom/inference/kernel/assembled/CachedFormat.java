package headroom.inference.kernel.assembled;

import headroom.quant.QuantFormat;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What kernels read from the cache where it lies, a block of 32 elements after the other. */
public sealed interface CachedFormat permits RowFormat, CacheFormat {
  /** Queries that share a cached row, at most. */
  int QUERIES = 4;

  /** Such a format; empty for those that go through a codec. */
  static Optional<CachedFormat> of(QuantFormat format) {
    return All.BY_NAME.getOrDefault(format, Optional.empty());
  }

  /** All there are. */
  static List<CachedFormat> all() {
    return All.BY_NAME.values().stream().flatMap(Optional::stream).toList();
  }

  /** As the cache names it. */
  QuantFormat stored();

  /** Bytes of 32 elements. */
  int blockBytes();

  /** True where elements are not floats but codes with a scale. */
  boolean hasScale();

  /** All formats, found once: attention asks for every tile. */
  final class All {
    private static final Map<QuantFormat, Optional<CachedFormat>> BY_NAME =
        new EnumMap<>(QuantFormat.class);

    static {
      for (CachedFormat format : RowFormat.values()) {
        BY_NAME.put(format.stored(), Optional.of(format));
      }
      for (CachedFormat format : CacheFormat.values()) {
        BY_NAME.put(format.stored(), Optional.of(format));
      }
    }

    private All() {}
  }
}
