package headroom.inference.decode;

import java.util.Arrays;
import java.util.List;

/**
 * What a generation did and how long each step took.
 *
 * @param tokens generated, in order; a stop token is the last where one ended it
 * @param promptNanos from the first prompt token to the first generated one
 * @param tokenNanos [tokens - 1]: from each generated token to the next
 */
public record DecodeTrace(List<Integer> tokens, long promptNanos, long[] tokenNanos) {
  public DecodeTrace {
    tokens = List.copyOf(tokens);
    tokenNanos = tokenNanos.clone();
  }

  @Override
  public long[] tokenNanos() {
    return tokenNanos.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DecodeTrace trace
        && tokens.equals(trace.tokens)
        && promptNanos == trace.promptNanos
        && Arrays.equals(tokenNanos, trace.tokenNanos);
  }

  @Override
  public int hashCode() {
    return tokens.hashCode() * 31 + Arrays.hashCode(tokenNanos);
  }

  @Override
  public String toString() {
    return "DecodeTrace[tokens=%s, promptNanos=%d, tokenNanos=%s]"
        .formatted(tokens, promptNanos, Arrays.toString(tokenNanos));
  }
}
