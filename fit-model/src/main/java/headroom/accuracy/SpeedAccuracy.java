package headroom.accuracy;

import headroom.accuracy.AccuracyReport.GradedCase;
import headroom.accuracy.AccuracyReport.SkippedCase;
import headroom.catalogue.Catalogue;
import headroom.measure.CaseRow;
import headroom.speed.SpeedConstants;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Holds predicted speeds against measured ones. */
public final class SpeedAccuracy {
  private SpeedAccuracy() {}

  /** Predicts every measurement whose device, model, format and test are known. */
  public static AccuracyReport of(List<CaseRow> rows, Catalogue catalogue) {
    return of(SpeedCases.of(rows, catalogue));
  }

  /** The same of cases that are resolved already. */
  public static AccuracyReport of(SpeedCases rows) {
    List<GradedCase> cases = new ArrayList<>();
    List<SkippedCase> skipped = new ArrayList<>(rows.skipped());
    for (SpeedCase one : rows.cases()) {
      Optional<SpeedTest.Rates> rates = one.test().predict(one.question(), one.setting());
      if (rates.isEmpty()) {
        skipped.add(
            new SkippedCase(
                one.row().id(),
                "no %s is predicted for %s: its bandwidth, its arithmetic or its class is not known"
                    .formatted(one.test().quantity(), one.question().device().name())));
      } else {
        cases.add(graded(one, rates.get()));
      }
    }
    return new AccuracyReport(List.of(SpeedTest.DECODE, SpeedTest.PREFILL), cases, skipped);
  }

  /** A case beside a prediction of it. */
  public static GradedCase graded(SpeedCase one, SpeedTest.Rates rates) {
    return new GradedCase(
        one.row().id(),
        one.row().text("grade_tier"),
        Optional.of(SpeedConstants.className(one.traits())),
        List.of(
            Comparison.speed(
                one.test().quantity(),
                rates.median(),
                rates.low(),
                rates.high(),
                one.tokensPerSecond())));
  }
}
