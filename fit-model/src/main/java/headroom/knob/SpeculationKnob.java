package headroom.knob;

import headroom.fit.FitQuestion;
import headroom.fit.Speculation;

/** A small model drafts tokens and the large one checks them in one step. */
record SpeculationKnob() implements Knob {
  /** T5-XXL with T5-small as its draft, translation, temperature 0: Tables 1 and 2 of the paper. */
  private static final Speculation PAPER = new Speculation.Chain(0.75, 7, 0.02);

  @Override
  public String slug() {
    return "speculative-decoding";
  }

  @Override
  public String label() {
    return "Speculative decoding";
  }

  @Override
  public String explanation() {
    return "A draft model proposes 7 tokens of which 75 % are accepted, at 2 % of the cost of the"
        + " large model: what arXiv 2211.17192 reports for T5-XXL with T5-small translating at"
        + " temperature 0. Output does not change; your acceptance depends on draft and text. The"
        + " draft model's own memory is not counted.";
  }

  @Override
  public FitQuestion turn(FitQuestion question) {
    return question.withSpeculation(PAPER).withKnob(slug());
  }
}
