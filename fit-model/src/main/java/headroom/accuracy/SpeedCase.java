package headroom.accuracy;

import headroom.fit.FitQuestion;
import headroom.fit.SpeedSetting;
import headroom.measure.CaseRow;
import headroom.speed.DeviceTraits;

/**
 * A measurement whose device, model, format and test are known.
 *
 * @param row as its source told it
 * @param device its canonical name; rows of one device are left out together
 * @param question what was run
 * @param setting by which program
 * @param test what was measured
 * @param tokensPerSecond the result, above 0
 */
public record SpeedCase(
    CaseRow row,
    String device,
    FitQuestion question,
    SpeedSetting setting,
    SpeedTest test,
    double tokensPerSecond) {

  /** Which constants hold for it. */
  public DeviceTraits traits() {
    return DeviceTraits.of(question.device(), setting.backend(), setting.era());
  }

  /** How far the measurement is to be trusted: {@code A}, {@code B} or {@code C}. */
  public String tier() {
    return row.text("grade_tier").orElse("");
  }
}
