package headroom.kv;

import headroom.quant.QuantFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a cache keeps its tokens, whatever their number.
 *
 * @param keyFormat storage of keys; under KIVI of the newest
 * @param valueFormat storage of values, likewise
 * @param scheme what becomes of them
 */
public record CacheStorage(QuantFormat keyFormat, QuantFormat valueFormat, CacheScheme scheme) {
  /**
   * What llama.cpp takes for {@code --cache-type-k} (<a
   * href="https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/common/arg.cpp">common/arg.cpp</a>).
   */
  public static final List<QuantFormat> FORMATS =
      List.of(
          QuantFormat.F32,
          QuantFormat.F16,
          QuantFormat.BF16,
          QuantFormat.Q8_0,
          QuantFormat.Q5_1,
          QuantFormat.Q5_0,
          QuantFormat.Q4_1,
          QuantFormat.Q4_0,
          QuantFormat.IQ4_NL);

  public static final CacheStorage F16 = of(QuantFormat.F16, QuantFormat.F16);

  private static final Pattern KIVI = Pattern.compile("kivi-2(?::(\\d{1,6}))?");
  private static final Pattern EVICTING =
      Pattern.compile("(?:(.+)@)?(sinks|h2o):(\\d{1,7})\\+(\\d{1,7})");

  /** Every token as it is written. */
  public static CacheStorage of(QuantFormat keyFormat, QuantFormat valueFormat) {
    return new CacheStorage(keyFormat, valueFormat, CacheScheme.WHOLE);
  }

  /**
   * Reads {@code K}, {@code K,V} (formats), {@code kivi-2}, {@code kivi-2:R}, {@code sinks:S+R} or
   * {@code h2o:H+R}, the last two also behind formats and {@code @}; empty where the text is none
   * of these.
   *
   * @throws IllegalArgumentException where a number is none that the scheme can have
   */
  public static Optional<CacheStorage> parse(String text) {
    Matcher kivi = KIVI.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (kivi.matches()) {
      int residual =
          kivi.group(1) == null ? CacheScheme.Kivi.RESIDUAL : Integer.parseInt(kivi.group(1));
      return Optional.of(
          new CacheStorage(QuantFormat.F16, QuantFormat.F16, new CacheScheme.Kivi(residual)));
    }
    Matcher evicting = EVICTING.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (evicting.matches()) {
      int first = Integer.parseInt(evicting.group(3));
      int recent = Integer.parseInt(evicting.group(4));
      CacheScheme scheme =
          evicting.group(2).equals("h2o")
              ? new CacheScheme.HeavyHitters(first, recent)
              : new CacheScheme.Sinks(first, recent);
      Optional<CacheStorage> plain =
          evicting.group(1) == null ? Optional.of(F16) : formats(evicting.group(1));
      return plain.map(of -> new CacheStorage(of.keyFormat, of.valueFormat, scheme));
    }
    return formats(text);
  }

  private static Optional<CacheStorage> formats(String text) {
    List<Optional<QuantFormat>> formats =
        Arrays.stream(text.split(",", -1)).map(String::strip).map(CacheStorage::format).toList();
    if (formats.size() > 2 || formats.getFirst().isEmpty() || formats.getLast().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(of(formats.getFirst().get(), formats.getLast().get()));
  }

  private static Optional<QuantFormat> format(String name) {
    return QuantFormat.byName(name).filter(FORMATS::contains);
  }

  /** Of keys: {@code q8_0}, {@code kivi-2:128}. */
  public String keyName() {
    return name(keyFormat);
  }

  /** Of values. */
  public String valueName() {
    return name(valueFormat);
  }

  private String name(QuantFormat format) {
    return switch (scheme) {
      case CacheScheme.Whole _ -> format.name().toLowerCase(Locale.ROOT);
      case CacheScheme.Kivi kivi -> "kivi-2:" + kivi.residual();
      case CacheScheme.Evicting _ -> format.name().toLowerCase(Locale.ROOT) + "@" + suffix();
    };
  }

  private String suffix() {
    return switch (scheme) {
      case CacheScheme.Sinks(int sinks, int recent) -> "sinks:%d+%d".formatted(sinks, recent);
      case CacheScheme.HeavyHitters(int heavy, int recent) -> "h2o:%d+%d".formatted(heavy, recent);
      case CacheScheme.Whole _, CacheScheme.Kivi _ -> "";
    };
  }

  /** What {@link #parse} reads. */
  public String text() {
    if (keyName().equals(valueName())) {
      return keyName();
    }
    return scheme instanceof CacheScheme.Evicting
        ? of(keyFormat, valueFormat).text() + "@" + suffix()
        : keyName() + "," + valueName();
  }

  /** Bits of a key's element once it is old. */
  public double keyBits() {
    return bits(keyFormat);
  }

  /** Bits of a value's element once it is old. */
  public double valueBits() {
    return bits(valueFormat);
  }

  private double bits(QuantFormat format) {
    return scheme instanceof CacheScheme.Kivi
        ? CacheScheme.Kivi.BITS_PER_ELEMENT
        : format.bitsPerWeight();
  }

  /** A cache of one sequence kept like this. */
  public KvCacheSpec spec(int contextLength) {
    return new KvCacheSpec(keyFormat, valueFormat, contextLength, 1, scheme);
  }
}
