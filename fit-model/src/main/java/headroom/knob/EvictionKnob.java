package headroom.knob;

import headroom.fit.FitQuestion;
import java.util.function.IntUnaryOperator;

/**
 * An eviction scheme: only some of each sequence's tokens stay in the cache.
 *
 * @param slug as in {@link Knob}
 * @param label as in {@link Knob}
 * @param explanation as in {@link Knob}
 * @param kept tokens kept, from the tokens one sequence may hold
 */
record EvictionKnob(String slug, String label, String explanation, IntUnaryOperator kept)
    implements Knob {
  @Override
  public FitQuestion turn(FitQuestion question) {
    int tokens = kept.applyAsInt(question.contextPerSequence());
    return question.withCacheWindow(Math.max(1, tokens)).withKnob(slug);
  }
}
