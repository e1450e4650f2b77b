package headroom.web.fit;

import headroom.units.Bytes;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts as people write them: {@code 64 GiB}, {@code 64G}, {@code 24GB}; {@code 128k} tokens. */
final class Amount {
  private static final Pattern MEMORY =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,6})?)\\s*([mgt])(i?)(b?)", Pattern.CASE_INSENSITIVE);
  private static final Pattern TOKENS =
      Pattern.compile("(\\d{1,9})\\s*([km]?)", Pattern.CASE_INSENSITIVE);
  private static final Map<String, Integer> STEPS = Map.of("m", 2, "g", 3, "t", 4);

  /** More than any memory there is. */
  private static final BigDecimal MOST = BigDecimal.valueOf(1L << 50);

  private Amount() {}

  /** Memory with its unit: GiB and G are binary, GB is decimal; empty where the text is none. */
  static Optional<Bytes> memory(String text) {
    Matcher size = MEMORY.matcher(text.strip());
    if (!size.matches()) {
      return Optional.empty();
    }
    boolean decimal = size.group(3).isEmpty() && !size.group(4).isEmpty();
    int steps = STEPS.getOrDefault(size.group(2).toLowerCase(Locale.ROOT), 0);
    BigDecimal unit = BigDecimal.valueOf(decimal ? 1000 : 1024).pow(steps);
    BigDecimal bytes = new BigDecimal(size.group(1)).multiply(unit);
    return bytes.compareTo(BigDecimal.ONE) < 0 || bytes.compareTo(MOST) > 0
        ? Optional.empty()
        : Optional.of(Bytes.of(bytes.longValue()));
  }

  /** A whole number; {@code k} and {@code M} stand for 1024 and 1024²; empty where it is none. */
  static OptionalInt tokens(String text) {
    Matcher count = TOKENS.matcher(text.strip().replace(",", "").replace("_", ""));
    if (!count.matches()) {
      return OptionalInt.empty();
    }
    int shift =
        switch (count.group(2).toLowerCase(Locale.ROOT)) {
          case "k" -> 10;
          case "m" -> 20;
          default -> 0;
        };
    long value = Long.parseLong(count.group(1)) << shift;
    return value > Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of((int) value);
  }
}
