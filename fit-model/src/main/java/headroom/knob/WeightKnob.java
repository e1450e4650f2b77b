package headroom.knob;

import headroom.fit.FitQuestion;
import headroom.quant.FlatFormat;

/**
 * A paper's weight format in place of the question's.
 *
 * @param slug as in {@link Knob}
 * @param label as in {@link Knob}
 * @param explanation as in {@link Knob}
 * @param format the format, with the source of its width
 */
record WeightKnob(String slug, String label, String explanation, FlatFormat format)
    implements Knob {
  @Override
  public FitQuestion turn(FitQuestion question) {
    return question.withWeights(format).withKnob(slug);
  }
}
