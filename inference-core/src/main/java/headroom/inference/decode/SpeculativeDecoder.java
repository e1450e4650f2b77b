package headroom.inference.decode;

import headroom.inference.sample.Distribution;
import java.util.Arrays;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets a drafter guess, and the target check all guesses in one forward pass (Leviathan et al.,
 * arXiv 2211.17192, algorithm 1; Chen et al., arXiv 2302.01318): what comes out is distributed as
 * if the target had drawn every token by itself, and with a greedy sampler it is the same text.
 */
public final class SpeculativeDecoder {
  private final Drafter drafter;
  private final int most;

  /**
   * @param most tokens guessed at a time, at least 1
   */
  public SpeculativeDecoder(Drafter drafter, int most) {
    if (most < 1) {
      throw new IllegalArgumentException("tokens to draft are " + most + "; wanted at least 1");
    }
    this.drafter = drafter;
    this.most = most;
  }

  /**
   * Appends a prompt to the session, then generates as {@link PlainDecoder} does.
   *
   * @param session of the target, whose cache goes back; what it knew before is part of the text
   * @param onToken called with each token as it comes
   */
  public SpeculationTrace generate(
      Session session,
      int[] prompt,
      int maxTokens,
      Distribution sampler,
      Set<Integer> stopTokens,
      IntConsumer onToken) {
    return new SpeculationProgress(maxTokens, stopTokens, onToken)
        .rounds(
            session,
            prompt,
            sampler,
            (text, left) -> {
              int room = Math.min(most, left);
              Drafter.Draft draft = room < 1 ? Drafter.Draft.NONE : drafter.draft(text, room);
              return new SpeculationProgress.Guesses(
                  draft.tokens().length,
                  () -> check(session, text[text.length - 1], draft, sampler));
            });
  }

  /** The guesses that stand, and one token more; the session ends before that one. */
  private static int[] check(Session session, int last, Drafter.Draft draft, Distribution sampler) {
    int[] guesses = draft.tokens();
    int[] input = new int[guesses.length + 1];
    input[0] = last;
    System.arraycopy(guesses, 0, input, 1, guesses.length);
    int before = session.position();
    float[][] logits = session.forwardEach(input);
    int[] next = Arrays.copyOf(guesses, guesses.length + 1);
    double[] @Nullable [] drawnFrom = draft.probabilities();
    for (int i = 0; i < guesses.length; i++) {
      double[] target = sampler.probabilities(logits[i]);
      int guess = guesses[i];
      double[] guessed = drawnFrom == null ? null : drawnFrom[i];
      if (sampler.next() * (guessed == null ? 1 : guessed[guess]) >= target[guess]) {
        next[i] = sampler.draw(rest(target, guessed, guess));
        session.truncate(before + i + 1);
        return Arrays.copyOf(next, i + 1);
      }
    }
    next[guesses.length] = sampler.sample(logits[guesses.length]);
    return next;
  }

  /** max(0, p - q), which a token is drawn from whose guess was rejected. */
  private static double[] rest(double[] target, double @Nullable [] guessed, int guess) {
    double[] rest = target.clone();
    if (guessed == null) {
      rest[guess] = 0;
      return rest;
    }
    for (int i = 0; i < rest.length; i++) {
      rest[i] = Math.max(0, rest[i] - guessed[i]);
    }
    return rest;
  }
}
