package headroom.knob;

import headroom.fit.FitQuestion;

/** One technique of a paper as a change to the question. */
public interface Knob {
  /** Slug by which papers and URLs name it, for example {@code kivi}. */
  String slug();

  /** For people, for example {@code KIVI 2-bit cache}. */
  String label();

  /** What it changes and under which conditions that was shown, one or two sentences. */
  String explanation();

  /** The same question with the knob turned. */
  FitQuestion turn(FitQuestion question);
}
