package headroom.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import headroom.accuracy.AccuracyReport;
import headroom.accuracy.SpeedAccuracy;
import headroom.accuracy.SpeedCases;
import headroom.accuracy.Summary;
import headroom.catalogue.BuiltInCases;
import headroom.catalogue.Catalogue;
import headroom.speed.DecodeTerm;
import headroom.speed.SpeedConstants;
import headroom.speed.Term;
import java.time.LocalDate;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  private static final SpeedCases CASES =
      SpeedCases.of(BuiltInCases.measurements(), Catalogue.load());

  @Test
  void committedConstantsAreWhatTheMeasurementsYield() {
    double[][] fitted = Calibration.constants(CASES.cases());
    assertSame(fitted[0], SpeedConstants.current().decodeLogs(), DecodeTerm.values());
    assertSame(
        fitted[1], SpeedConstants.current().prefillLogs(), headroom.speed.PrefillTerm.values());
  }

  private static void assertSame(double[] fitted, double[] committed, Term[] terms) {
    for (Term term : terms) {
      // Four digits are written.
      assertThat(Math.exp(committed[term.place()]))
          .as("%s; run ./headroom calibrate", term.key())
          .isCloseTo(Math.exp(fitted[term.place()]), within(2e-3 * Math.exp(fitted[term.place()])));
    }
  }

  @Test
  void everyGradedMeasurementIsPredicted() {
    assertThat(CASES.skipped())
        .filteredOn(skipped -> !skipped.reason().startsWith("use_for_grading is false"))
        .isEmpty();
    assertThat(CASES.cases()).hasSizeGreaterThanOrEqualTo(1018);
  }

  @Test
  void figuresOfMeasuredDevicesDoNotFallBehindWhatLanded() {
    Map<String, Summary> first = SpeedAccuracy.of(CASES).summaryOf("A");
    assertThat(of(first, "decode").n()).isGreaterThanOrEqualTo(257);
    assertThat(of(first, "decode").median()).isLessThan(0.053);
    assertThat(of(first, "prefill").n()).isGreaterThanOrEqualTo(258);
    assertThat(of(first, "prefill").median()).isLessThan(0.122);
    assertThat(of(first, "decode").coverage80().orElseThrow()).isGreaterThan(0.75);
    assertThat(of(first, "prefill").coverage80().orElseThrow()).isGreaterThan(0.75);
  }

  @Test
  void figuresOfDevicesLeftOutDoNotFallBehindWhatLanded() {
    AccuracyReport report = Calibration.leftOut(CASES, CASES.cases());
    Map<String, Summary> first = report.summaryOf("A");
    assertThat(of(first, "decode").median()).isLessThan(0.074);
    assertThat(of(first, "prefill").median()).isLessThan(0.175);
    assertThat(of(first, "decode").coverage80().orElseThrow()).isBetween(0.75, 0.88);
    assertThat(of(first, "prefill").coverage80().orElseThrow()).isBetween(0.75, 0.88);
  }

  @Test
  void writtenConstantsAreReadBack() {
    Calibration calibration = Calibration.of(CASES.cases());
    SpeedConstants read = SpeedConstants.parse(calibration.toToml(LocalDate.of(2026, 11, 21)));
    assertThat(read.intervals()).isEqualTo(SpeedConstants.current().intervals());
    assertThat(read.basis()).isEqualTo(SpeedConstants.current().basis());
    assertThat(read.decodeLogs()[DecodeTerm.SHARE.place()])
        .isCloseTo(SpeedConstants.current().decodeLogs()[DecodeTerm.SHARE.place()], within(1e-3));
  }

  @Test
  void lineThatIsNoConstantIsNamed() {
    assertThatThrownBy(() -> SpeedConstants.parse("[decode]\nshare = 3\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line 2 of the speed constants is 'share = 3'");
    assertThatThrownBy(() -> SpeedConstants.parse("[decode]\nluck = { value = 1.0, rows = 2 }\n"))
        .hasMessageContaining("line 2")
        .hasMessageContaining("names 'luck'");
  }

  private static Summary of(Map<String, Summary> summaries, String quantity) {
    return Objects.requireNonNull(summaries.get(quantity));
  }
}
