package headroom.calibrate;

import headroom.accuracy.AccuracyReport;
import headroom.accuracy.AccuracyReport.GradedCase;
import headroom.accuracy.SpeedAccuracy;
import headroom.accuracy.SpeedCase;
import headroom.accuracy.SpeedCases;
import headroom.accuracy.SpeedTest;
import headroom.speed.SpeedConstants;
import headroom.speed.SpeedConstants.Interval;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * All constants of speed, fitted to measurements.
 *
 * @param decode of generating tokens
 * @param prefill of reading prompts
 * @param cases what they were fitted to
 */
public record Calibration(Fitted decode, Fitted prefill, List<SpeedCase> cases) {

  /** Fits the constants; the same cases always give the same constants. */
  public static Calibration of(List<SpeedCase> cases) {
    return new Calibration(
        Fitted.of(Quantity.DECODE, cases), Fitted.of(Quantity.PREFILL, cases), List.copyOf(cases));
  }

  /** Only the decode and the prefill constants, without intervals; logarithms. */
  public static double[][] constants(List<SpeedCase> cases) {
    return new double[][] {constants(Quantity.DECODE, cases), constants(Quantity.PREFILL, cases)};
  }

  private static <R> double[] constants(Quantity<R> quantity, List<SpeedCase> cases) {
    return Fitted.fit(
        quantity,
        quantity.observe(cases.stream().filter(Fitted::isMain).toList()),
        quantity.observe(cases.stream().filter(Fitted::isOfCpu).toList()));
  }

  /**
   * Predictions of each case by constants that were fitted without its device.
   *
   * @param asked cases to predict
   * @param known cases to fit to, of which those of the device in question are left out
   */
  public static AccuracyReport leftOut(SpeedCases asked, List<SpeedCase> known) {
    Map<String, Double> residuals = new HashMap<>();
    residuals.putAll(leftOut(Quantity.DECODE, asked.cases(), known));
    residuals.putAll(leftOut(Quantity.PREFILL, asked.cases(), known));
    List<GradedCase> graded = new ArrayList<>();
    for (SpeedCase one : asked.cases()) {
      Double residual = residuals.get(one.row().id());
      if (residual != null) {
        graded.add(SpeedAccuracy.graded(one, rates(one, residual)));
      }
    }
    return new AccuracyReport(
        List.of(SpeedTest.DECODE, SpeedTest.PREFILL), graded, asked.skipped());
  }

  private static SpeedTest.Rates rates(SpeedCase one, double residual) {
    double median = one.tokensPerSecond() * Math.exp(-residual);
    Interval interval = SpeedConstants.current().interval(one.test().quantity(), one.traits());
    return new SpeedTest.Rates(median, median * interval.low(), median * interval.high());
  }

  private static <R> Map<String, Double> leftOut(
      Quantity<R> quantity, List<SpeedCase> asked, List<SpeedCase> known) {
    return Fitted.leftOut(
        quantity,
        quantity.observe(known.stream().filter(Fitted::isMain).toList()),
        quantity.observe(known.stream().filter(Fitted::isOfCpu).toList()),
        quantity.observe(asked));
  }

  /** The file of constants as TOML. */
  public String toToml(LocalDate date) {
    StringBuilder text = new StringBuilder();
    text.append("# Constants of speed, written by ./headroom calibrate.\n");
    text.append(
        "# value: the factor, share, seconds or operations; rows: measurements it had a part in,\n");
    text.append("# 0 where it rests on belief alone.\n");
    text.append("date = \"").append(date).append("\"\n");
    text.append("basis = \"").append(basis()).append("\"\n");
    for (Fitted one : List.of(decode, prefill)) {
      text.append("\n[").append(one.quantity()).append("]\n");
      for (int i = 0; i < one.logs().length; i++) {
        text.append(
            String.format(
                Locale.ROOT,
                "%s = { value = %.4g, rows = %d }\n",
                one.terms()[i].key(),
                Math.exp(one.logs()[i]),
                one.rows()[i]));
      }
    }
    text.append("\n[intervals]\n");
    for (Fitted one : List.of(decode, prefill)) {
      one.intervals()
          .forEach(
              (name, interval) ->
                  text.append(
                      String.format(
                          Locale.ROOT,
                          "\"%s\" = { low = %.3f, high = %.3f, rows = %d, devices = %d }\n",
                          name,
                          interval.low(),
                          interval.high(),
                          interval.rows(),
                          interval.devices())));
    }
    return text.toString();
  }

  private String basis() {
    return String.format(
        Locale.ROOT,
        "%d decode and %d prefill measurements of %d devices, devices left out for the interval",
        decode.leftOut().size(),
        prefill.leftOut().size(),
        Math.max(decode.devices(), prefill.devices()));
  }
}
