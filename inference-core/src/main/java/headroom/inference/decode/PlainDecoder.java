package headroom.inference.decode;

import headroom.inference.sample.Sampler;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;

/** One token after the other. */
public final class PlainDecoder {
  /**
   * Appends the prompt to the session, then generates until a stop token, {@code maxTokens} or the
   * end of the cache.
   *
   * @param session where the tokens go
   * @param prompt at least one token
   * @param maxTokens at least 1
   * @param sampler chooses each token
   * @param stopTokens end the generation; the one that did is part of the trace
   * @param onToken called with each token as it comes, its time not counted
   */
  public DecodeTrace generate(
      Session session,
      int[] prompt,
      int maxTokens,
      Sampler sampler,
      Set<Integer> stopTokens,
      IntConsumer onToken) {
    if (maxTokens < 1) {
      throw new IllegalArgumentException(
          "tokens to generate are " + maxTokens + "; wanted at least 1");
    }
    List<Integer> tokens = new ArrayList<>();
    long[] nanos = new long[maxTokens];
    int[] input = prompt;
    while (true) {
      long start = System.nanoTime();
      int token = sampler.sample(session.forward(input));
      nanos[tokens.size()] = System.nanoTime() - start;
      tokens.add(token);
      onToken.accept(token);
      if (tokens.size() == maxTokens || stopTokens.contains(token) || session.room() == 0) {
        return new DecodeTrace(
            tokens, nanos[0], java.util.Arrays.copyOfRange(nanos, 1, tokens.size()));
      }
      input = new int[] {token};
    }
  }
}
