package headroom.inference.decode;

import headroom.inference.sample.Sampler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** The rounds of a speculative generation, and what it has done so far. */
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

  /** Guesses at what follows a text. */
  @FunctionalInterface
  interface Guesser {
    /**
     * Makes them.
     *
     * @param text all tokens, of which the session knows all but the last
     * @param left most tokens that a guess may add; below 1 where there is no room
     */
    Guesses guess(int[] text, int left);
  }

  /**
   * What was guessed.
   *
   * @param count tokens
   * @param check lets the session compute them; the guesses that stand, and one token more
   */
  record Guesses(int count, Supplier<int[]> check) {}

  /** Sends the prompt, then guesses and checks until the text ends or the session is full. */
  SpeculationTrace rounds(Session session, int[] prompt, Sampler sampler, Guesser guesser) {
    int last = first(session, prompt, sampler);
    while (!ended && session.room() > 0) {
      int left = Math.min(maxTokens - tokens.size(), session.room()) - 1;
      long start = System.nanoTime();
      int[] seen = session.tokens();
      int[] text = Arrays.copyOf(seen, seen.length + 1);
      text[seen.length] = last;
      Guesses guesses = guesser.guess(text, left);
      long drafted = System.nanoTime();
      int[] next = guesses.check().get();
      round(guesses.count(), next, drafted - start, System.nanoTime() - drafted);
      last = next[next.length - 1];
    }
    return trace();
  }

  /** Sends the prompt; returns the token that follows it. */
  private int first(Session session, int[] prompt, Sampler sampler) {
    long begin = System.nanoTime();
    int token = sampler.sample(session.forward(prompt));
    promptNanos = System.nanoTime() - begin;
    take(new int[] {token}, promptNanos);
    return token;
  }

  /**
   * Adds what a round brought.
   *
   * @param guesses drafted
   * @param next guesses that stood, and one token more
   */
  private void round(int guesses, int[] next, long drafting, long checking) {
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

  private SpeculationTrace trace() {
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
