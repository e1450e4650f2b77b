package headroom.accuracy;

import headroom.kv.CacheFormat;
import headroom.quant.QuantFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A cache's storage by the names that tables give it: {@code q6}, {@code 8bit}, {@code fp16kv}. */
final class NamedCache {
  private static final Pattern BITS = Pattern.compile("q?([2-8])(?:bit)?");

  /** One of 16 bits for 32 elements. */
  private static final double SCALE_BITS = 0.5;

  private NamedCache() {}

  static Optional<CacheFormat> find(String name) {
    if (name.startsWith("f16") || name.startsWith("fp16")) {
      return Optional.of(CacheFormat.F16);
    }
    if (name.startsWith("fp8")) {
      return Optional.of(new CacheFormat("fp8", 8, Optional.empty(), "one byte an element"));
    }
    Optional<QuantFormat> ggml = QuantFormat.byName(name);
    if (ggml.isPresent()) {
      return ggml.map(CacheFormat::of);
    }
    Matcher bits = BITS.matcher(name);
    return bits.matches()
        ? Optional.of(
            new CacheFormat(
                name,
                Integer.parseInt(bits.group(1)) + SCALE_BITS,
                Optional.empty(),
                "exllamav2/cache.py: a scale of 16 bits for 32 elements"))
        : Optional.empty();
  }
}
