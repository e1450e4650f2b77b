package headroom.measure;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One test in llama-bench's notation: {@code pp512}, {@code tg128}, {@code tg128@d4096}.
 *
 * @param promptTokens tokens of prefill, 0 for a decode test
 * @param generatedTokens tokens of decode, 0 for a prefill test
 * @param depth tokens already in the cache
 */
public record Workload(int promptTokens, int generatedTokens, int depth) {
  private static final Pattern NOTATION =
      Pattern.compile("(pp|tg)([1-9]\\d{0,6})(?:@d(\\d{1,7}))?");

  public Workload {
    if ((promptTokens > 0) == (generatedTokens > 0)
        || promptTokens < 0
        || generatedTokens < 0
        || depth < 0) {
      throw new IllegalArgumentException(
          "workload has %d prompt tokens, %d generated, depth %d; wanted either a prompt or a generation above 0, depth 0 or more"
              .formatted(promptTokens, generatedTokens, depth));
    }
  }

  /** Reads the notation; empty where the text is not of it. */
  public static Optional<Workload> parse(String notation) {
    Matcher matcher = NOTATION.matcher(notation);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int tokens = Integer.parseInt(matcher.group(2));
    int depth = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
    return Optional.of(
        matcher.group(1).equals("pp")
            ? new Workload(tokens, 0, depth)
            : new Workload(0, tokens, depth));
  }

  public boolean isPrefill() {
    return promptTokens > 0;
  }

  /** Tokens whose time is measured. */
  public int tokens() {
    return isPrefill() ? promptTokens : generatedTokens;
  }

  @Override
  public String toString() {
    return (isPrefill() ? "pp" + promptTokens : "tg" + generatedTokens)
        + (depth > 0 ? "@d" + depth : "");
  }
}
