package headroom.accuracy;

import headroom.fit.FitQuestion;
import headroom.measure.CaseRow;
import headroom.model.ModelSpec;
import headroom.quant.WeightFormat;
import java.util.Optional;

/**
 * A case whose model is known.
 *
 * @param row the case
 * @param model that ran
 * @param placement where its layers were
 * @param expected what the log says that memory was taken
 */
record LoggedRun(CaseRow row, ModelSpec model, Placement placement, ExpectedMemory expected) {

  static LoggedRun of(CaseRow row, ModelSpec model) {
    Placement placement = Placement.of(row, model.layers().size());
    return new LoggedRun(
        row, model, placement, new ExpectedMemory(row.facts().below("expected"), placement));
  }

  /** What is asked of the calculator; empty where the case says no context. */
  Optional<FitQuestion> question(WeightFormat format) {
    return CaseQuestion.of(row, model, format, placement, expected);
  }

  /** The name of the weights' format; empty text where there is none. */
  String quant() {
    return row.text("quant").orElse("");
  }
}
