package headroom.inference.decode;

import headroom.inference.sample.Distribution;
import java.util.Arrays;

/**
 * Guesses with a smaller model of the same vocabulary; its session is told of tokens that were
 * rejected by going back to what the text has in common with it.
 */
public final class DraftModel implements Drafter {
  private final Session session;
  private final Distribution sampler;

  /**
   * @param session of the smaller model; guesses end where its context does
   * @param sampler greedy where the target is
   */
  public DraftModel(Session session, Distribution sampler) {
    this.session = session;
    this.sampler = sampler;
  }

  @Override
  public Draft draft(int[] text, int most) {
    int count = Math.min(most, session.spec().contextLength() - text.length + 1);
    if (count < 1) {
      return Draft.NONE;
    }
    int known = session.reuse(text);
    float[] logits = session.forward(Arrays.copyOfRange(text, known, text.length));
    session.mark();
    int[] tokens = new int[count];
    double[][] probabilities = new double[count][];
    for (int i = 0; i < count; i++) {
      probabilities[i] = sampler.probabilities(logits);
      tokens[i] = sampler.draw(probabilities[i]);
      if (i + 1 < count) {
        logits = session.forward(tokens[i]);
      }
    }
    return new Draft(tokens, probabilities);
  }
}
