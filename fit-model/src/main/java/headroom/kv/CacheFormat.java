package headroom.kv;

import headroom.quant.QuantFormat;
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
  public static final CacheFormat F16 = of(QuantFormat.F16);

  /** A GGML type as a cache format; its id is the lower-case name. */
  public static CacheFormat of(QuantFormat format) {
    return new CacheFormat(
        format.name().toLowerCase(java.util.Locale.ROOT),
        format.bitsPerWeight(),
        Optional.of(format),
        "block geometry of ggml-common.h");
  }
}
