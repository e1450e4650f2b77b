package headroom.inference.decode;

import headroom.inference.sample.Sampler;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;

/** What a speculative generation has done so far. */
final class SpeculationProgress {
  private final int maxTokens;
  private final Set<Integer> stopTokens;
  private final IntConsumer onToken;
  private final List<Integer> tokens = new ArrayList<>();
  private final List<Long> nanos = new ArrayList<>();
  private boolean ended;
  private int rounds;
  private int drafted;
  private int accepted;
  private long promptNanos;
  private long draftNanos;
  private long verifyNanos;

  SpeculationProgress(int maxTokens, Set<Integer> stopTokens, IntConsumer onToken) {
    if (maxTokens < 1) {
      throw new IllegalArgumentException(
          "tokens to generate are " + maxTokens + "; wanted at least 1");
    }
    this.maxTokens = maxTokens;
    this.stopTokens = stopTokens;
    this.onToken = onToken;
  }

  /** Sends the prompt; returns the token that follows it. */
  int first(Session session, int[] prompt, Sampler sampler) {
    long begin = System.nanoTime();
    int token = sampler.sample(session.forward(prompt));
    promptNanos = System.nanoTime() - begin;
    take(new int[] {token}, promptNanos);
    return token;
  }

  boolean goesOn() {
    return !ended;
  }

  int left() {
    return maxTokens - tokens.size();
  }

  /**
   * Adds what a round brought.
   *
   * @param guesses drafted
   * @param next guesses that stood, and one token more
   */
  void round(int guesses, int[] next, long drafting, long checking) {
    rounds++;
    drafted += guesses;
    accepted += next.length - 1;
    draftNanos += drafting;
    verifyNanos += checking;
    take(next, drafting + checking);
  }

  private void take(int[] next, long elapsed) {
    for (int i = 0; i < next.length && !ended; i++) {
      tokens.add(next[i]);
      nanos.add(elapsed / next.length);
      ended = stopTokens.contains(next[i]) || tokens.size() == maxTokens;
      onToken.accept(next[i]);
    }
  }

  SpeculationTrace trace() {
    long[] each = nanos.stream().skip(1).mapToLong(Long::longValue).toArray();
    return new SpeculationTrace(
        new DecodeTrace(tokens, promptNanos, each),
        rounds,
        drafted,
        accepted,
        draftNanos,
        verifyNanos);
  }
}
