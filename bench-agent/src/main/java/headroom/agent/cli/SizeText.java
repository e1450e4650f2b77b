package headroom.agent.cli;

import headroom.units.Bytes;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads amounts of memory: {@code 24GiB}, {@code 24G} (binary), {@code 24GB} (decimal), bytes. */
final class SizeText {
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,12}(?:\\.\\d{1,6})?)\\s*([kmgt]?)(i?)(b?)", Pattern.CASE_INSENSITIVE);

  private static final Map<String, Integer> STEPS = Map.of("", 0, "k", 1, "m", 2, "g", 3, "t", 4);

  private SizeText() {}

  /** The amount, at least one byte; empty where the text is none. */
  static Optional<Bytes> parse(String text) {
    Matcher size = SIZE.matcher(text.strip());
    if (!size.matches()) {
      return Optional.empty();
    }
    int steps = STEPS.getOrDefault(size.group(2).toLowerCase(Locale.ROOT), 0);
    boolean decimal = size.group(3).isEmpty() && !size.group(4).isEmpty();
    BigDecimal unit = BigDecimal.valueOf(decimal ? 1000 : 1024).pow(steps);
    BigDecimal bytes = new BigDecimal(size.group(1)).multiply(unit);
    // A pebibyte is more than any memory.
    return bytes.compareTo(BigDecimal.ONE) < 0 || bytes.compareTo(BigDecimal.valueOf(1L << 50)) > 0
        ? Optional.empty()
        : Optional.of(Bytes.of(bytes.longValue()));
  }
}
