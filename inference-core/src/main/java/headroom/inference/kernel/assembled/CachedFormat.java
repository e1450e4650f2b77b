package headroom.inference.kernel.assembled;

import headroom.inference.assembler.Memory;
import headroom.inference.assembler.VectorRegister;
import headroom.quant.QuantFormat;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How cached rows become floats in registers, a block of thirty-two elements after the other. */
sealed interface CachedFormat permits RowFormat, CacheFormat {
  /** What kernels read from the cache themselves; empty for formats that go through a codec. */
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

  /** True where elements are not scale * code alone. */
  boolean hasMinimum();

  /** Writes instructions that bring a block's scale and minimum into every lane. */
  void scales(KernelWriter writer, Block block, VectorRegister scale, VectorRegister minimum);

  /**
   * Writes instructions that bring eight elements of a block.
   *
   * @param eight 0 to 3
   */
  void floats(
      KernelWriter writer,
      Block block,
      int eight,
      VectorRegister into,
      VectorRegister scale,
      VectorRegister minimum);

  /** Where the bytes of a block are found. */
  interface Block {
    /** This byte of it. */
    Memory at(int offset);
  }

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
