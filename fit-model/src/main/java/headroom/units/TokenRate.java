package headroom.units;

import java.util.Locale;

/**
 * Speed of prefill or decode.
 *
 * @param tokensPerSecond tokens per second, above zero
 */
public record TokenRate(double tokensPerSecond) implements Comparable<TokenRate> {
  public TokenRate {
    if (!(tokensPerSecond > 0) || Double.isInfinite(tokensPerSecond)) {
      throw new IllegalArgumentException(
          "token rate is " + tokensPerSecond + " tok/s; wanted a finite number above 0");
    }
  }

  /** The rate at which {@code tokens} take {@code seconds}. */
  public static TokenRate of(double tokens, double seconds) {
    return new TokenRate(tokens / seconds);
  }

  @Override
  public int compareTo(TokenRate other) {
    return Double.compare(tokensPerSecond, other.tokensPerSecond);
  }

  /**
   * Three significant digits or all before the point: {@code 1,280 tok/s}, {@code 128 tok/s},
   * {@code 36.2 tok/s}, {@code 4.51 tok/s}.
   */
  @Override
  public String toString() {
    String format =
        tokensPerSecond >= 100
            ? "%,.0f tok/s"
            : tokensPerSecond >= 10 ? "%.1f tok/s" : "%.2f tok/s";
    return String.format(Locale.ROOT, format, tokensPerSecond);
  }
}
