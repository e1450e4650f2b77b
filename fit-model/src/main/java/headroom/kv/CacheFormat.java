package headroom.kv;

import headroom.quant.QuantFormat;
import headroom.units.Bytes;
import java.util.Locale;
import java.util.Optional;

/**
 * How keys or values are stored in a cache: a GGML type, or a scheme from a paper.
 *
 * @param id for example {@code f16}, {@code q8_0}, {@code kivi-2}
 * @param bitsPerElement everything counted: codes, scales, zero points
 * @param ggml the GGML type, where it is one
 * @param source where the bits come from
 */
public record CacheFormat(
    String id, double bitsPerElement, Optional<QuantFormat> ggml, String source) {
  public CacheFormat {
    if (!(bitsPerElement > 0) || bitsPerElement > 32) {
      throw new IllegalArgumentException(
          "cache format %s has %s bits per element; wanted above 0, at most 32"
              .formatted(id, bitsPerElement));
    }
  }

  public static final CacheFormat F16 = of(QuantFormat.F16);

  /** A GGML type as a cache format; its id is the lower-case name. */
  public static CacheFormat of(QuantFormat format) {
    return new CacheFormat(
        format.name().toLowerCase(Locale.ROOT),
        format.bitsPerWeight(),
        Optional.of(format),
        "block geometry of ggml-common.h");
  }

  /** True where rows of this many elements can be stored without a broken block. */
  public boolean fitsRow(long elements) {
    return ggml.isEmpty() || ggml.get().fitsRow(elements);
  }

  /** True for formats of ggml that hold scales beside codes. */
  public boolean isBlockQuantised() {
    return ggml.isPresent() && ggml.get().weightsPerBlock() > 1;
  }

  /**
   * Bytes of one token's row of this many elements; a scheme from a paper is rounded up to a byte.
   *
   * @throws IllegalArgumentException where a GGML type cannot hold such a row
   */
  public Bytes rowBytes(long elements) {
    return ggml.isPresent()
        ? ggml.get().bytesFor(elements)
        : Bytes.of((long) Math.ceil(elements * bitsPerElement / 8));
  }
}
