package headroom.knob;

import headroom.fit.FitQuestion;
import headroom.kv.CacheFormat;

/**
 * A paper's storage of cached keys and values in place of the question's.
 *
 * @param slug as in {@link Knob}
 * @param label as in {@link Knob}
 * @param explanation as in {@link Knob}
 * @param format of keys and values alike
 */
record CacheKnob(String slug, String label, String explanation, CacheFormat format)
    implements Knob {
  @Override
  public FitQuestion turn(FitQuestion question) {
    return question.withCache(format, format).withKnob(slug);
  }
}
